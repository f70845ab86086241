/** What the list of problems says. */
export const problemStrings = {
  title: 'Problems',
  none: 'none',
  noneLong: 'Nothing to remark. What only a build can show, the grader tells.',
  place: (file: string, line: number) => (file === 'Dockerfile' ? `Line ${line}` : `${file} ${line}`),
  severity: { error: 'error', warning: 'warning', info: 'note' },
  count: {
    error: (count: number) => (count === 1 ? '1 error' : `${count} errors`),
    warning: (count: number) => (count === 1 ? '1 warning' : `${count} warnings`),
    info: (count: number) => (count === 1 ? '1 note' : `${count} notes`),
  },
  readMore: (rule: string) => `${rule}: read more, in a new tab`,
} as const;
