import { describe, expect, test } from 'vitest';
import { mergeProgress, noProgress, type Progress, readProgress } from './progress.ts';
import { markLesson, progressStore, recordAnswer, recordPassed } from './progress-store.ts';

const some: Progress = {
  ...noProgress(),
  lessons: { '01-why-images-bloat': { readAt: '2026-11-20T10:00:00.000Z' } },
  quizzes: { '01-why-images-bloat/largest': { right: false, answeredAt: '2026-11-20T10:01:00.000Z' } },
  exercises: { 'ts-two-stages': { passedAt: '2026-11-20T11:00:00.000Z' } },
};

function memory(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  } as Storage;
}

const forbidden = (): Storage => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

describe('a file', () => {
  test('that was exported is read as it was', () => {
    expect(readProgress(JSON.stringify(some))).toEqual({ ok: true, progress: some });
  });

  test.each([
    ['not_json', 'FROM node:20'],
    ['not_json', ''],
    ['foreign', '[]'],
    ['foreign', '{"version":1}'],
    ['foreign', 'null'],
    ['newer', JSON.stringify({ ...some, version: 2 })],
    ['broken', JSON.stringify({ ...some, version: '1' })],
    ['broken', JSON.stringify({ ...some, lessons: [] })],
    ['broken', JSON.stringify({ ...some, exercises: { a: {} } })],
    ['broken', JSON.stringify({ ...some, exercises: { '<b>': { passedAt: '2026-11-20' } } })],
    ['broken', JSON.stringify({ ...some, quizzes: { a: { right: 'yes', answeredAt: '2026-11-20' } } })],
    ['broken', `{"schema":"stagecraft-progress","version":1,"lessons":{"__proto__":1},"quizzes":{},"exercises":{}}`],
    ['too_large', ' '.repeat(2 * 1024 * 1024)],
  ] as const)('that is %s is refused with that reason', (problem, text) => {
    expect(readProgress(text)).toEqual({ ok: false, problem });
  });
});

test('two progresses together lose nothing: the first time, the last answer', () => {
  const other: Progress = {
    ...noProgress(),
    lessons: {
      '01-why-images-bloat': { readAt: '2026-11-19T10:00:00.000Z' },
      b: { readAt: '2026-11-21T10:00:00.000Z' },
    },
    quizzes: { '01-why-images-bloat/largest': { right: true, answeredAt: '2026-11-21T10:00:00.000Z' } },
  };
  const merged = mergeProgress(some, other);
  expect(merged).toEqual(mergeProgress(other, some));
  expect(merged.lessons).toEqual(other.lessons);
  expect(merged.quizzes).toEqual(other.quizzes);
  expect(merged.exercises).toEqual(some.exercises);
});

describe('the store', () => {
  test('keeps what was done, and a lesson can be unread again', () => {
    const storage = memory();
    const store = progressStore(() => storage);
    markLesson(store, 'a', true);
    recordAnswer(store, 'a/q', true);
    recordPassed(store, 'ts-two-stages');
    const again = progressStore(() => storage);
    expect(again.kept()).toBe(true);
    expect(Object.keys(again.read().lessons)).toEqual(['a']);
    expect(again.read().quizzes['a/q']?.right).toBe(true);
    markLesson(again, 'a', false);
    expect(store.read().lessons).toEqual({});
    expect(Object.keys(store.read().exercises)).toEqual(['ts-two-stages']);
  });

  test('the first time that an exercise passed stays', () => {
    const store = progressStore(memory.bind(null));
    const storage = memory();
    const other = progressStore(() => storage);
    other.change(() => some);
    recordPassed(other, 'ts-two-stages');
    expect(other.read().exercises).toEqual(some.exercises);
    expect(store.read().exercises).toEqual({});
  });

  test('where storage is forbidden it lasts as long as the page, and says that it is not kept', () => {
    const store = progressStore(forbidden);
    expect(store.kept()).toBe(false);
    markLesson(store, 'a', true);
    expect(Object.keys(store.read().lessons)).toEqual(['a']);
    expect(store.kept()).toBe(false);
  });

  test('a storage that is full keeps the old, and the page has the new', () => {
    const storage = memory();
    const full = {
      ...storage,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    } as Storage;
    const store = progressStore(() => full);
    recordPassed(store, 'a');
    expect(Object.keys(store.read().exercises)).toEqual(['a']);
    expect(store.kept()).toBe(false);
  });

  test('what was spoilt is no progress, and does not break the page', () => {
    const storage = memory();
    storage.setItem('stagecraft.progress', '{"schema":"stagecraft-progress","version":1');
    expect(progressStore(() => storage).read()).toEqual(noProgress());
  });
});
