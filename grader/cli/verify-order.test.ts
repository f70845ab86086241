import { expect, test } from 'vitest';
import { inShareOrder } from './verify-order.ts';

/** Each piece of work ends when the test says so. */
function workshop() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (one: { exercise: string; name: string }) => {
    begun.push(one.name);
    return new Promise<string>((done, fail) => {
      ends.set(one.name, (error) => (error ? fail(error) : done(`${one.name} done`)));
    });
  };
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error);
    for (let tick = 0; tick < 10; tick++) await Promise.resolve();
  };
  return { begun, work, end };
}

const cases = ['a1', 'a2', 'a3', 'b1', 'b2'].map((name) => ({ exercise: name.charAt(0), name }));

test('each slot has an app of its own as long as there are apps, and the last app both', async () => {
  const { begun, work, end } = workshop();
  const all = inShareOrder(cases, 2, work);
  expect(begun).toEqual(['a1', 'b1']);
  await end('b1');
  expect(begun).toEqual(['a1', 'b1', 'b2']);
  await end('a1');
  expect(begun.at(-1)).toBe('a2');
  await end('b2');
  expect(begun).toEqual(['a1', 'b1', 'b2', 'a2', 'a3']);
  await end('a2');
  await end('a3');
  expect(await all).toEqual(['a1 done', 'a2 done', 'a3 done', 'b1 done', 'b2 done']);
});

test('what has the app of an earlier case follows it, and results keep the order of the list', async () => {
  const { begun, work, end } = workshop();
  const all = inShareOrder(
    ['a1', 'b1', 'a2', 'c1'].map((name) => ({ exercise: name.charAt(0), name })),
    1,
    work,
  );
  for (const name of ['a1', 'a2', 'b1', 'c1']) await end(name);
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1']);
  expect(await all).toEqual(['a1 done', 'b1 done', 'a2 done', 'c1 done']);
});

test('the last app has nobody beside its first case', async () => {
  const { begun, work, end } = workshop();
  const all = inShareOrder(cases.slice(2), 2, work);
  expect(begun).toEqual(['a3', 'b1']);
  await end('a3');
  expect(begun).toEqual(['a3', 'b1']);
  await end('b1');
  expect(begun).toEqual(['a3', 'b1', 'b2']);
  await end('b2');
  expect(await all).toHaveLength(3);
});

test('one app alone also runs two at a time after its first', async () => {
  const { begun, work, end } = workshop();
  const all = inShareOrder(cases.slice(0, 3), 2, work);
  expect(begun).toEqual(['a1']);
  await end('a1');
  expect(begun).toEqual(['a1', 'a2', 'a3']);
  await end('a2');
  await end('a3');
  expect(await all).toHaveLength(3);
});

test('a failure begins nothing new and waits for what is under way', async () => {
  const { begun, work, end } = workshop();
  let over = false;
  const all = inShareOrder(cases, 2, work).finally(() => {
    over = true;
  });
  all.catch(() => {});
  await end('a1', new Error('no'));
  expect(over).toBe(false);
  await end('b1');
  await expect(all).rejects.toThrow('no');
  expect(begun).toEqual(['a1', 'b1']);
});
