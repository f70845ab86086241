import { expect, test } from 'vitest';
import { newestOnly } from './newest-only.ts';

function stage() {
  const asked: string[] = [];
  const delivered: string[] = [];
  const answers: ((ok: boolean) => void)[] = [];
  const ask = (question: string) => {
    asked.push(question);
    return new Promise<string>((resolve, reject) =>
      answers.push((ok) => (ok ? resolve(question) : reject(new Error('no')))),
    );
  };
  const push = newestOnly(ask, (answer) => delivered.push(answer));
  const settle = async (ok = true) => {
    answers.shift()?.(ok);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asked, delivered, push, settle };
}

test('the first is asked at once, of those that come meanwhile only the newest', async () => {
  const { asked, delivered, push, settle } = stage();
  for (const text of ['a', 'ab', 'abc']) push(text);
  expect(asked).toEqual(['a']);
  await settle();
  expect(asked).toEqual(['a', 'abc']);
  await settle();
  expect(delivered).toEqual(['a', 'abc']);
});

test('a failure delivers nothing and stops nothing', async () => {
  const { asked, delivered, push, settle } = stage();
  push('a');
  push('b');
  await settle(false);
  await settle();
  push('c');
  expect(asked).toEqual(['a', 'b', 'c']);
  expect(delivered).toEqual(['b']);
});
