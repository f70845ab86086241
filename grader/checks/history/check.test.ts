import { describe, expect, test } from 'vitest';
import { builtEvidence, sampleImage } from '../sample-evidence.ts';
import { history } from './check.ts';

const TOKEN_RUN = `RUN |1 NPM_TOKEN=tok-123 /bin/sh -c npm ci # buildkit`;

function judge(createdBy: string[], params: object) {
  const entries = ['debian base TOKEN=base', ...createdBy].map((text, index) => ({
    createdBy: text,
    comment: '',
    emptyLayer: false,
    line: index === 0 ? undefined : index + 3,
    fromBase: index === 0,
  }));
  const evidence = builtEvidence({ image: sampleImage({ history: entries }) });
  return history.judge(history.schema.parse(params), evidence, 'one');
}

describe('history', () => {
  test('fails what must not be there, with the line and where it came from', () => {
    const judgement = judge(['COPY . . # buildkit', TOKEN_RUN], { absent: ['tok-123'] });
    expect(judgement).toMatchObject({ status: 'failed', line: 5 });
    expect(judgement.message).toContain(
      '`RUN |1 NPM_TOKEN=tok-123 /bin/sh -c npm ci # buildkit`, from the step on line 5',
    );
    expect(judgement.message).toContain('Build arguments in force at a RUN are written before its command.');
  });

  test('shows the place of the match in a long command', () => {
    const long = `RUN ${'echo padding; '.repeat(200)}curl -u me:tok-9 x; ${'echo padding; '.repeat(200)}`;
    const judgement = judge([long], { absent: ['/tok-\\d/'] });
    expect(judgement.message).toContain('curl -u me:tok-9 x');
    expect(judgement.message.length).toBeLessThan(400);
  });

  test('passes when nothing matches, and leaves the base image alone', () => {
    expect(judge(['COPY . .'], { absent: ['/token/i'] }).status).toBe('passed');
    const withBase = judge(['COPY . .'], { absent: ['/token/i'], own: false });
    expect(withBase).toMatchObject({ status: 'failed' });
    expect(withBase.message).toContain('from the base image');
  });

  test('fails what has to be there and is not', () => {
    expect(judge(['COPY . .'], { present: ['COPY', 'npm ci'] })).toMatchObject({
      status: 'failed',
      message: 'No entry in the history of the image matches `npm ci`; it has 1 entry from this Dockerfile.',
    });
    expect(judge([TOKEN_RUN, 'COPY . .'], { present: ['COPY', '/npm +ci/'] }).status).toBe('passed');
  });

  test('needs a pattern, and names it in its expectation', () => {
    expect(history.schema.safeParse({}).success).toBe(false);
    expect(history.schema.safeParse({ absent: ['/(/'] }).success).toBe(false);
    expect(history.expected(history.schema.parse({ absent: ['/a/', 'b'], present: ['c'] }))).toBe(
      'The history of the image has `c` and has nothing of `/a/` and `b`.',
    );
  });
});
