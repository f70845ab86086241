import { expect, test } from 'vitest';
import { subsetDifference } from './compare-response.ts';

test.each([
  [{ status: 'ok' }, { status: 'ok', more: 1 }, undefined],
  [{ status: 'ok' }, { status: 'no' }, '`status` is `"no"`, expected `"ok"`'],
  [{ status: 'ok' }, {}, '`status` is missing'],
  [[1, 2], [1], 'the body has 1 entries, expected 2'],
  [{ list: [] }, { list: 'x' }, '`list` is `"x"`, expected a list'],
])('%j against %j: %s', (wanted, found, difference) => {
  expect(subsetDifference(wanted, found, '')).toBe(difference);
});

test('lists within lists without end are told, not shown', () => {
  const depth = 100_000;
  const found: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  expect(subsetDifference({ status: 'ok' }, found, '')).toBe(
    'the body is nested too deeply to be shown, expected an object',
  );
});
