/** Where a text leads: links, exercises and measured values. Whether there is anything at the other end. */
import { nearestOf } from './nearest-of.ts';

export interface Destinations {
  lessons: readonly string[];
  exercises: readonly string[];
  checks: readonly string[];
  /** Ids that `content/measurements.json` holds. */
  measured: readonly string[];
}

export interface TextProblem {
  line: number;
  message: string;
}

/** @param prose without code (`proseOf`) */
export function checkLinks(prose: string, known: Destinations): TextProblem[] {
  const anchors = headingsOf(prose);
  return [...matchesOf(prose)].flatMap(({ line, kind, target }) => {
    const message = {
      link: () => wrongLink(target, known, anchors),
      exercise: () => missing('an exercise', target, known.exercises),
      measured: () => wrongMeasured(target, known.measured),
    }[kind]();
    return message === undefined ? [] : [{ line, message }];
  });
}

interface Match {
  line: number;
  kind: 'link' | 'exercise' | 'measured';
  target: string;
}

const patterns: [Match['kind'], RegExp][] = [
  ['link', /\]\(\s*<?([^)\s>]*)>?[^)]*\)/g],
  ['link', /\bhref="([^"]*)"/g],
  ['exercise', /<Exercise\s[^>]*?\bslug="([^"]*)"/g],
  ['measured', /["']((?:exercise|image):[^"'\n]+)["']/g],
];

function* matchesOf(prose: string): Generator<Match> {
  for (const [kind, pattern] of patterns) {
    for (const match of prose.matchAll(pattern)) {
      const line = prose.slice(0, match.index).split('\n').length;
      yield { line, kind, target: match[1] ?? '' };
    }
  }
}

function wrongLink(target: string, known: Destinations, anchors: readonly string[]): string | undefined {
  if (target.startsWith('#')) return missing('a heading of this page', target.slice(1), anchors);
  if (/^https:\/\//.test(target)) return undefined;
  const [path = ''] = target.split(/[?#]/);
  const [, folder, name, rest] = /^\/([a-z]+)(?:\/([^/]+))?\/?(.*)$/.exec(path) ?? [];
  if (path === '/' || (folder === 'course' && name === undefined)) return undefined;
  const pages = folder === 'lessons' || folder === 'exercises' || folder === 'checks' ? known[folder] : undefined;
  if (pages === undefined || name === undefined || rest !== '') {
    return `expected a link to /lessons/…, /exercises/…, /checks/…, /course/, #heading or https://…, found "${target}"`;
  }
  return missing(`a page below /${folder}/`, name, pages);
}

function wrongMeasured(id: string, measured: readonly string[]): string | undefined {
  if (measured.includes(id)) return undefined;
  const record = id.startsWith('exercise:') ? ` ${id.split(':')[1]}` : '';
  return `expected a measured value of content/measurements.json, found "${id}"${nearestOf(id, measured)} Or record it: npx stagecraft measure${record}`;
}

function missing(what: string, found: string, known: readonly string[]): string | undefined {
  return known.includes(found) ? undefined : `expected ${what}, found "${found}"${nearestOf(found, known)}`;
}

/** As the site makes them: lower case, spaces become hyphens, other signs go. */
function headingsOf(prose: string): string[] {
  return [...prose.matchAll(/^#{1,6}\s+(.+?)\s*$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}
