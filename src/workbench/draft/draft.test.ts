import { expect, test } from 'vitest';
import { draftStore, sameDraft } from './draft.ts';

function memory(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  } as Storage;
}
const draft = { dockerfile: 'FROM node:20\n', dockerignore: '' };

test('what was typed is there again, per exercise', () => {
  const store = draftStore(
    (
      (storage) => () =>
        storage
    )(memory()),
  );
  expect(store.write('a', draft)).toBe('kept');
  expect(store.read('a')).toEqual(draft);
  expect(store.read('b')).toBeUndefined();
  store.remove('a');
  expect(store.read('a')).toBeUndefined();
});

test('where storage is forbidden nothing breaks and the answer is honest', () => {
  const store = draftStore(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  expect(store.read('a')).toBeUndefined();
  expect(store.write('a', draft)).toBe('forbidden');
});

test('full storage is not kept either', () => {
  const full = {
    ...memory(),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  } as Storage;
  expect(draftStore(() => full).write('a', draft)).toBe('full');
});

test.each(['', 'null', '{"dockerfile":1}', '{"dockerfile":"x"}', '[]'])(
  'a spoilt draft (%s) counts as none',
  (text) => {
    const storage = memory();
    storage.setItem('stagecraft.draft.a', text);
    expect(draftStore(() => storage).read('a')).toBeUndefined();
  },
);

test('a draft is compared by its texts', () => {
  expect(sameDraft(draft, { ...draft })).toBe(true);
  expect(sameDraft(draft, { ...draft, dockerignore: 'x' })).toBe(false);
});
