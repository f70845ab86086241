/** Texts of progress. */
import type { ProgressProblem } from './progress.ts';

export const progressStrings = {
  title: 'Your progress',
  lessons: (read: number, all: number) => `${read} of ${all} lessons read`,
  questions: (right: number, all: number) => `${right} of ${all} questions right`,
  exercises: (passed: number, all: number) => `${passed} of ${all} exercises passed`,
  left: (time: string) => `${time} left`,
  all: (time: string) => `${time} in all`,
  time: (minutes: number) => {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (hours === 0) return `${rest}\u00a0min`;
    return rest === 0 ? `${hours}\u00a0h` : `${hours}\u00a0h ${rest}\u00a0min`;
  },
  none: 'Nothing yet. Progress is kept in this browser, without an account.',
  kept: 'Kept in this browser, without an account.',
  notKept: 'This browser forbids storage: progress is lost when you leave the page.',
  export: 'Save as a file',
  import: 'Load a file',
  forget: 'Forget it',
  forgotten: 'Forgotten. Undo brings it back as long as this page is open.',
  undo: 'Undo',
  imported: 'Loaded, and put together with what was here.',
  exported: (name: string) => `Saved as ${name}.`,
  fileName: (date: string) => `stagecraft-progress-${date}.json`,
  problems: {
    not_json: 'That file is not JSON. Expected one that “Save as a file” wrote; nothing was changed.',
    foreign: 'That file holds something else. Expected one that “Save as a file” wrote; nothing was changed.',
    newer: 'That file was written by a newer Stagecraft than this one. Update this one first; nothing was changed.',
    broken:
      'That file was changed or cut short, so it can’t be trusted. Save it again where it came from; nothing was changed.',
    too_large: 'That file is larger than 1 MB, which no progress is. Nothing was changed.',
  } satisfies Record<ProgressProblem, string>,
  unreadable: 'That file could not be read. Nothing was changed.',
  read: 'read',
  passed: 'passed',
  markRead: 'I have read this lesson',
  quiz: (right: number, all: number) => `check-up ${right}/${all}`,
  needs: 'Builds on',
} as const;
