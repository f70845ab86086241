import { describe, expect, test } from 'vitest';
import { emptyEvidence, sampleDockerfile } from '../sample-evidence.ts';
import { base } from './check.ts';

function judge(oneOf: string[], rootBase: string) {
  const dockerfile = sampleDockerfile([{ name: 'builder', base: 'node:20' }, { base: rootBase }]);
  return base.judge({ oneOf }, emptyEvidence({ dockerfile }), 'base');
}

describe('base', () => {
  test.each([
    ['node:20-slim', 'node:20-slim'],
    ['node:20-slim', 'Node:20-Slim'],
    ['node', 'node:latest'],
    ['node:latest', 'node'],
    ['scratch', 'scratch'],
    ['docker.io/library/node:20', 'node:20'],
    ['node:20', 'docker.io/library/node:20'],
    ['gcr.io/distroless/nodejs20-debian12', 'gcr.io/distroless/nodejs20-debian12:latest'],
    ['gcr.io/distroless/*', 'gcr.io/distroless/static:nonroot'],
    ['node:20*', 'node:20-alpine'],
    ['registry.test:5000/app', 'registry.test:5000/app:latest'],
  ])('takes %s for %s', (wanted, found) => {
    expect(judge([wanted], found).status).toBe('passed');
  });
  test.each([
    ['node:20-slim', 'node:20'],
    ['scratch', 'scratch:latest'],
    ['node:20', 'evil.test/node:20'],
    ['gcr.io/distroless/*', 'node:20'],
    ['node', 'nodejs'],
  ])('does not take %s for %s', (wanted, found) => {
    expect(judge([wanted], found).status).toBe('failed');
  });
  test('names the base, the stage and the line of FROM', () => {
    expect(judge(['node:20-slim', 'scratch'], 'node:20')).toEqual({
      status: 'failed',
      actual: 'node:20',
      line: 2,
      message:
        'The final stage (line 2) stands on node:20. Look at the FROM on line 2: what it brings is in the image that is shipped.',
    });
  });
  test('follows stages down to the base that was pulled', () => {
    const dockerfile = sampleDockerfile([
      { name: 'deps', base: 'node:20', rootBase: 'node:20' },
      { base: 'deps', baseStage: 0, rootBase: 'node:20' },
    ]);
    expect(base.judge({ oneOf: ['scratch'] }, emptyEvidence({ dockerfile }), 'base')).toMatchObject({
      line: 1,
      message: expect.stringContaining('stands on node:20, by way of stage deps'),
    });
  });
  test('is skipped when the Dockerfile could not be read or has no stage', () => {
    expect(base.judge({ oneOf: ['scratch'] }, emptyEvidence(), 'base').status).toBe('skipped');
    expect(base.judge({ oneOf: ['scratch'] }, emptyEvidence({ dockerfile: sampleDockerfile([]) }), 'base').status).toBe(
      'skipped',
    );
  });
  test('cuts a hostile name', () => {
    const { actual, message } = judge(['scratch'], `${'x'.repeat(5000)}\n`);
    expect(actual.length).toBeLessThanOrEqual(100);
    expect(message).not.toContain('\n');
  });
  test('lists the bases in its expectation', () => {
    expect(base.expected({ oneOf: ['a', 'b', 'c'] })).toBe('The final image stands on a, b or c.');
    expect(base.expected({ oneOf: ['a'] })).toBe('The final image stands on a.');
  });
});
