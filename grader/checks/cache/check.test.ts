import { describe, expect, test } from 'vitest';
import type { VertexReport } from '../../contract/report.ts';
import { builtEvidence, copySketch, sampleDockerfile, sampleVertex } from '../sample-evidence.ts';
import { cache } from './check.ts';

const install = { instruction: 'RUN', matches: 'npm (ci|install)\\b' };
const dockerfile = sampleDockerfile([
  {
    name: 'builder',
    instructions: [
      { keyword: 'WORKDIR', text: '/app' },
      copySketch(['.'], '.'),
      { keyword: 'RUN', text: '--mount=type=cache,target=/root/.npm npm ci  && npm run build' },
    ],
  },
  { instructions: [copySketch(['/app'], '/app', { stage: 0, name: 'builder' })] },
]);

const from = sampleVertex('[builder 1/4] FROM docker.io/library/node:20', { cached: false, line: 1 });
const workdir = sampleVertex('[builder 2/4] WORKDIR /app', { line: 2 });
const copyAll = (cached: boolean) => sampleVertex('[builder 3/4] COPY . .', { cached, line: 3 });
const npm = (cached: boolean) => sampleVertex('[builder 4/4] RUN npm ci  && npm run build', { cached, line: 4 });
const last = (cached: boolean) => sampleVertex('[stage-1 2/2] COPY --from=builder /app /app', { cached, line: 6 });
const internal = sampleVertex('[internal] load build context', { cached: false });

function judge(
  vertexes: VertexReport[],
  parts: { cached?: object[]; baseline?: boolean; ok?: boolean; message?: string } = {},
) {
  const { cached = [install], baseline = true, ok = true, message } = parts;
  const params = cache.schema.parse({ edit: 'src/index.ts', cached, baseline });
  const rebuild = { ok, edited: 'src/index.ts', vertexes, ...(message && { message }) };
  return cache.judge(params, builtEvidence({ dockerfile, rebuilds: { fast: rebuild } }), 'fast');
}

describe('cache', () => {
  test('passes when the step is cached and the edit reached the build', () => {
    expect(judge([internal, from, workdir, copyAll(true), npm(true), last(false)])).toEqual({
      status: 'passed',
      actual: '1 step cached',
      message: 'After an edit of src/index.ts, RUN npm (ci|install)\\b came from the cache.',
    });
  });
  test('names the step that ran again and the instruction above it that took the edit in', () => {
    expect(judge([internal, from, workdir, copyAll(false), npm(false), last(false)])).toEqual({
      status: 'failed',
      actual: 'RUN --mount=type=cache,target=/root/.npm npm ci  && npm run… ran again',
      line: 3,
      message:
        '`RUN --mount=type=cache,target=/root/.npm npm ci  && npm run build` on line 4 ran again after an edit of src/index.ts, because `COPY . .` on line 3 above it takes that file in; every step below a changed one runs again.',
    });
  });
  test('says when the cause is a copy from another stage', () => {
    const run = sampleVertex('[stage-1 3/3] RUN npm ci', { cached: false, line: 9 });
    expect(judge([npm(true), last(false), run]).message).toContain(
      'because `COPY --from=builder /app /app` on line 6 above it takes files from `builder`, which changed',
    );
  });
  test('says when nothing above the step changed', () => {
    const { message, line } = judge([workdir, copyAll(true), npm(false)]);
    expect(message).toContain('although nothing above it in its stage changed');
    expect(line).toBe(4);
  });
  test('does not blame a step of another stage', () => {
    expect(judge([last(false), npm(false)]).message).toContain('although nothing above it');
  });
  test('demands that each step that matches is cached', () => {
    const again = sampleVertex('[stage-1 3/3] RUN npm install --omit=dev', { cached: false, line: 9 });
    expect(judge([npm(true), last(true), again]).status).toBe('failed');
  });
  test('with atLeastOne, one cached step of several is enough, and none is not', () => {
    const again = sampleVertex('[stage-1 3/3] RUN npm install --omit=dev', { cached: false, line: 9 });
    const cached = [{ ...install, atLeastOne: true }];
    expect(judge([npm(true), last(true), again], { cached }).status).toBe('passed');
    expect(judge([copyAll(false), npm(false), last(true), again], { cached })).toMatchObject({
      status: 'failed',
      line: 3,
    });
    expect(judge([npm(false)], { cached }).status).toBe('failed');
  });
  test('matches what BuildKit names as well as what is written', () => {
    const run = sampleVertex('[deps 2/2] RUN npm ci', {});
    expect(judge([run, last(false)]).status).toBe('passed');
  });
  test('fails when there is no such step', () => {
    expect(judge([last(false)], { cached: [{ matches: 'go mod download' }] })).toEqual({
      status: 'failed',
      actual: 'no such step',
      message: 'There is no step that matches RUN go mod download, so nothing of the kind can come from the cache.',
    });
  });
  test('says when the step stands in a stage that never runs', () => {
    const unused = sampleDockerfile([
      { name: 'deps', reachable: false, instructions: [{ keyword: 'RUN', text: 'npm ci' }] },
      {},
    ]);
    const params = cache.schema.parse({ edit: 'a', cached: [install] });
    const rebuilds = { fast: { ok: true, edited: 'a', vertexes: [] } };
    expect(cache.judge(params, builtEvidence({ dockerfile: unused, rebuilds }), 'fast')).toMatchObject({
      actual: 'a step that never runs',
      line: 2,
      message: '`RUN npm ci` on line 2 is in stage deps, which the final image does not need, so it never ran.',
    });
  });
  test('does not pass when the edit never reaches the build, unless that is what is wanted', () => {
    const vertexes = [internal, from, workdir, copyAll(true), npm(true), last(true)];
    expect(judge(vertexes)).toMatchObject({ status: 'failed', actual: 'the edit reaches no step' });
    expect(judge(vertexes, { baseline: false }).status).toBe('passed');
  });
  test('fails when the second build fails', () => {
    expect(judge([], { ok: false, message: 'no space\u001b' }).message).toBe(
      'The build after an edit of src/index.ts failed: No space\\u001b.',
    );
    expect(judge([], { ok: false }).message).toContain('No reason was given.');
  });
  test('is skipped, and not passed, when there was no second build', () => {
    const params = cache.schema.parse({ edit: 'a', cached: [install] });
    expect(cache.judge(params, builtEvidence(), 'fast').status).toBe('skipped');
    expect(cache.judge(params, builtEvidence(), 'constructor').status).toBe('skipped');
  });
  test('shows a hostile command cut short and on one line', () => {
    const name = `[builder 4/4] RUN npm ci\n\u001b[2J${'x'.repeat(60_000)}`;
    const { message, actual } = judge([copyAll(false), sampleVertex(name, { cached: false })]);
    expect(message + actual).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(500);
  });
  test.each(['/src/a', '../a', 'a/../../b', '..', ''])('refuses %j as a file of the app', (edit) => {
    expect(cache.schema.safeParse({ edit, cached: [install] }).success).toBe(false);
  });
  test('says what it expects', () => {
    expect(cache.expected(cache.schema.parse({ edit: 'a.ts', cached: [install, { matches: 'b' }] }))).toBe(
      'After an edit of a.ts, 2 steps (RUN npm (ci|install)\\b, RUN b) are taken from the cache.',
    );
  });
});
