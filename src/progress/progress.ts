/**
 * What a reader has done, without an account: kept in this browser, taken along as a file. Parsed by hand, because
 * every lesson loads this and a schema library would weigh more than the lesson.
 */
export interface Progress {
  schema: typeof schemaName;
  version: 1;
  /** By lesson: when its end was reached, ISO 8601. */
  lessons: Record<string, { readAt: string }>;
  /** By `<lesson>/<question>`: the last answer. */
  quizzes: Record<string, { right: boolean; answeredAt: string }>;
  /** By slug: when it first passed. */
  exercises: Record<string, { passedAt: string }>;
}

export const schemaName = 'stagecraft-progress';

/** A file of a reader is some kilobytes; more than this is not one. */
export const fileBytesMax = 1024 * 1024;
const entriesMax = 5_000;
const keyPattern = /^[a-z0-9][a-z0-9/_.-]{0,200}$/;

export const noProgress = (): Progress => ({ schema: schemaName, version: 1, lessons: {}, quizzes: {}, exercises: {} });

export type ReadProgress = { ok: true; progress: Progress } | { ok: false; problem: ProgressProblem };
export type ProgressProblem = 'not_json' | 'foreign' | 'newer' | 'broken' | 'too_large';

/** Reads what was exported or kept. A part that is not as it should be refuses the whole: half a progress misleads. */
export function readProgress(text: string): ReadProgress {
  if (text.length > fileBytesMax) return { ok: false, problem: 'too_large' };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'not_json' };
  }
  if (!isRecord(raw) || raw.schema !== schemaName) return { ok: false, problem: 'foreign' };
  if (typeof raw.version === 'number' && raw.version > 1) return { ok: false, problem: 'newer' };
  if (raw.version !== 1) return { ok: false, problem: 'broken' };
  const lessons = entriesOf(raw.lessons, ({ readAt }) => isTime(readAt) && { readAt });
  const quizzes = entriesOf(
    raw.quizzes,
    ({ right, answeredAt }) => typeof right === 'boolean' && isTime(answeredAt) && { right, answeredAt },
  );
  const exercises = entriesOf(raw.exercises, ({ passedAt }) => isTime(passedAt) && { passedAt });
  if (!lessons || !quizzes || !exercises) return { ok: false, problem: 'broken' };
  return { ok: true, progress: { schema: schemaName, version: 1, lessons, quizzes, exercises } };
}

function entriesOf<T>(
  raw: unknown,
  read: (entry: Record<string, unknown>) => T | false,
): Record<string, T> | undefined {
  if (!isRecord(raw)) return undefined;
  const entries = Object.entries(raw);
  if (entries.length > entriesMax) return undefined;
  const found: [string, T][] = [];
  for (const [key, value] of entries) {
    const entry = keyPattern.test(key) && isRecord(value) && read(value);
    if (!entry) return undefined;
    found.push([key, entry]);
  }
  return Object.fromEntries(found);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 30 && !Number.isNaN(Date.parse(value));

/** Both together: nothing that was done is lost; of two answers the later one counts, of two times the first. */
export function mergeProgress(one: Progress, other: Progress): Progress {
  const merged = noProgress();
  for (const each of [one, other]) {
    for (const [id, entry] of Object.entries(each.lessons)) {
      const known = merged.lessons[id];
      if (!known || entry.readAt < known.readAt) merged.lessons[id] = entry;
    }
    for (const [id, entry] of Object.entries(each.exercises)) {
      const known = merged.exercises[id];
      if (!known || entry.passedAt < known.passedAt) merged.exercises[id] = entry;
    }
    for (const [id, entry] of Object.entries(each.quizzes)) {
      const known = merged.quizzes[id];
      if (!known || entry.answeredAt > known.answeredAt) merged.quizzes[id] = entry;
    }
  }
  return merged;
}

export const isEmpty = ({ lessons, quizzes, exercises }: Progress) =>
  [lessons, quizzes, exercises].every((part) => Object.keys(part).length === 0);
