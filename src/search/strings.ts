/** Texts of the search. */
export const searchStrings = {
  title: 'Search',
  intro: 'Lessons, exercises, checks, build errors and terms.',
  label: 'Search the course',
  placeholder: 'COPY --from, exit code 137, distroless …',
  opening: 'Opening the search',
  none: (words: string) => `Nothing here speaks of “${words}”. Try fewer words, or another one.`,
  found: (shown: number, all: number) =>
    all > shown ? `${shown} of ${all} pages` : all === 1 ? '1 page' : `${all} pages`,
  keys: 'Arrow keys choose, Enter opens, Escape closes.',
  close: 'Close',
  failed: 'The search can’t be opened: this copy of the site has no index, or the server does not answer.',
  noScript:
    'The search needs JavaScript. Without it: all lessons stand in the course map, all checks, errors and terms in the reference.',
} as const;
