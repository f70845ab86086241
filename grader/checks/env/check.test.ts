import { describe, expect, test } from 'vitest';
import { builtEvidence, sampleDockerfile, sampleImage } from '../sample-evidence.ts';
import { env } from './check.ts';

function judge(found: Record<string, string>, params: object) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([
      { name: 'builder', instructions: [{ keyword: 'ENV', text: 'TOKEN=1', line: 2 }] },
      {
        instructions: [
          { keyword: 'ARG', text: 'VERSION', line: 6 },
          { keyword: 'ENV', text: 'NODE_ENV=production API_TOKEN=abc', line: 8 },
        ],
      },
    ]),
    image: sampleImage({ config: { env: found } }),
  });
  return env.judge(env.schema.parse(params), evidence, 'one');
}

describe('env has', () => {
  test.each<[string, object]>([
    ['a value', { NODE_ENV: 'production' }],
    ['a pattern', { PATH: '/^\\/venv/' }],
    ['any value', { NODE_ENV: true, PORT: 3000 }],
  ])('passes %s', (_name, has) => {
    const found = { NODE_ENV: 'production', PATH: '/venv/bin:/bin', PORT: '3000' };
    expect(judge(found, { has }).status).toBe('passed');
  });

  test('fails another value with the line that sets it', () => {
    expect(judge({ NODE_ENV: 'development' }, { has: { NODE_ENV: 'production' } })).toMatchObject({
      status: 'failed',
      line: 8,
      actual: 'development',
      message: '`NODE_ENV` is `development`; expected `production`.',
    });
    expect(judge({ NODE_ENV: '' }, { has: { NODE_ENV: true } })).toMatchObject({ status: 'failed', actual: 'empty' });
  });

  test('fails a variable that is not set, and says what an ARG is not', () => {
    expect(judge({}, { has: { DEBUG: true } }).message).toBe('The image does not set `DEBUG`.');
    const judgement = judge({}, { has: { VERSION: true } });
    expect(judgement).toMatchObject({ status: 'failed', line: 6 });
    expect(judgement.message).toContain('ARG on line 6 gives it a value while the image is built only');
  });
});

describe('env has not', () => {
  test('fails a name that matches, with the line but without the value', () => {
    const judgement = judge({ API_TOKEN: 'abc', PATH: '/bin' }, { hasNot: [{ name: '/token/i' }] });
    expect(judgement).toMatchObject({ status: 'failed', actual: 'API_TOKEN', line: 8 });
    expect(judgement.message).toContain('ENV on line 8 sets it');
    expect(judgement.message).not.toContain('abc');
  });

  test('fails a value that matches, and says that the base image sets it', () => {
    const judgement = judge({ KEYS: 'abc' }, { hasNot: [{ value: '/^a/' }] });
    expect(judgement.message).toContain('`KEYS=abc`: the base image sets it');
    expect(judgement).not.toHaveProperty('line');
  });

  test('fails only where name and value match, when both are given', () => {
    const hasNot = [{ name: 'NODE_ENV', value: 'development' }];
    expect(judge({ NODE_ENV: 'production' }, { hasNot }).status).toBe('passed');
    expect(judge({ NODE_ENV: 'development' }, { hasNot }).status).toBe('failed');
  });

  test('does not mind the environment of a stage that is not shipped', () => {
    expect(judge({ PATH: '/bin' }, { hasNot: [{ name: 'TOKEN' }] })).toMatchObject({
      status: 'passed',
      message: 'No such variable is set.',
    });
  });
});

test('env needs a rule, and says it in its expectation', () => {
  expect(env.schema.safeParse({}).success).toBe(false);
  expect(env.schema.safeParse({ hasNot: [{}] }).success).toBe(false);
  expect(env.expected(env.schema.parse({ has: { A: 'b' }, hasNot: [{ name: '/x/' }, { value: 'y' }] }))).toBe(
    "The image's environment sets `A=b` and sets no variable called `/x/` or with the value `y`.",
  );
});
