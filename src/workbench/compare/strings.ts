/** What the comparison says. */
export const compareStrings = {
  label: 'Compare with',
  none: 'Compare',
  against: { starter: 'the starter', last: 'the last attempt', solution: 'the solution' },
  solutionLater: 'the solution, once passed',
  heading: (file: string, against: string) => `${file}: ${against} against yours`,
  theirs: (against: string) => `${against}, read only`,
  close: 'Close the comparison',
  same: 'No difference: this is what stands there.',
  loading: 'Fetching the solution',
  added: 'added',
  removed: 'removed',
} as const;
