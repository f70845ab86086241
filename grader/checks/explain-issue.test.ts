import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeValue, explainIssues } from './explain-issue.ts';

const schema = z.strictObject({
  name: z.string(),
  env: z.record(z.string(), z.string()).optional(),
  kind: z.enum(['a', 'b']).default('a'),
  minutes: z.number().int().min(1).max(60).optional(),
  steps: z
    .array(z.strictObject({ matches: z.string() }))
    .min(1)
    .optional(),
});

function explain(input: unknown) {
  const result = schema.safeParse(input);
  return explainIssues(result.error?.issues ?? [], { input, schema }).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}

describe('explainIssues', () => {
  test.each<[unknown, string]>([
    [{}, 'name: expected a text, found nothing'],
    [{ name: 3000 }, 'name: expected a text, found 3000; put it in quotes: "3000"'],
    [{ name: 'x', env: { PORT: true } }, 'env.PORT: expected a text, found true; put it in quotes: "true"'],
    [{ name: 'x', kind: 'c' }, 'kind: expected "a" or "b", found "c"'],
    [{ name: 'x', minutes: 0 }, 'minutes: expected at least 1, found 0'],
    [{ name: 'x', minutes: 61 }, 'minutes: expected at most 60, found 61'],
    [{ name: 'x', minutes: 1.5 }, 'minutes: expected a whole number, found 1.5'],
    [{ name: 'x', steps: [] }, 'steps: expected at least 1 entry, found an empty list'],
    [
      { name: 'x', nmae: 1 },
      ': expected one of the keys name, env, kind, minutes and steps, found "nmae"; did you mean "name"?',
    ],
    [
      { name: 'x', steps: [{ matches: 'a', matchs: 'b' }] },
      'steps.0: expected one of the keys matches, found "matchs"; did you mean "matches"?',
    ],
    [[], ': expected a mapping, found an empty list'],
    ['text', ': expected a mapping, found "text"'],
  ])('explains %j', (input, message) => {
    expect(explain(input)).toEqual([message]);
  });
  test('explains all problems at once', () => {
    expect(explain({ kind: 1, extra: 1 })).toHaveLength(3);
  });
});

test('describes long values cut short', () => {
  expect(describeValue('x'.repeat(500)).length).toBeLessThanOrEqual(80);
  expect(describeValue(null)).toBe('null');
});
