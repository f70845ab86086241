import { expect, test } from 'vitest';
import { readGuesses, writeGuesses } from './guesses.ts';

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  } as unknown as Storage;
}

test('what was predicted comes back for the same submission only', () => {
  const storage = memory();
  writeGuesses(() => storage, 'one', { edit: 'src/a.js', says: { 4: 'runs' } });
  expect(readGuesses(() => storage, 'one')).toEqual({ edit: 'src/a.js', says: { 4: 'runs' } });
  expect(readGuesses(() => storage, 'two')).toBeUndefined();
});

test.each(['', '{', '7', '{"edit":1}', '{"edit":"a","says":null}'])('what is kept as %j is nothing', (text) => {
  const storage = memory();
  storage.setItem('stagecraft.cache-lab.one', text);
  expect(readGuesses(() => storage, 'one')).toBeUndefined();
});

test('words that are none are left out, and storage that is forbidden is no fault', () => {
  const storage = memory();
  storage.setItem('stagecraft.cache-lab.one', '{"edit":"a","says":{"4":"maybe","5":"cached","x":"runs"}}');
  expect(readGuesses(() => storage, 'one')).toEqual({ edit: 'a', says: { 5: 'cached' } });
  const forbidden = (): Storage => {
    throw new Error('SecurityError');
  };
  expect(readGuesses(forbidden, 'one')).toBeUndefined();
  expect(() => writeGuesses(forbidden, 'one', { edit: 'a', says: {} })).not.toThrow();
});
