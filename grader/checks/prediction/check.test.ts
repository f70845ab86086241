import { describe, expect, test } from 'vitest';
import type { VertexReport } from '../../contract/report.ts';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile.ts';
import { builtEvidence, sampleVertex } from '../sample-evidence.ts';
import { prediction } from './check.ts';

const starter = `FROM node:20 AS deps
COPY package.json ./
RUN npm ci

FROM node:20 AS build
COPY --from=deps /node_modules ./node_modules
COPY src ./src
RUN npm run build

FROM build AS test
RUN npm test

FROM node:20-slim
COPY --from=build /dist ./dist
`;

/** What BuildKit does after an edit of src/a.ts that changes what is compiled. */
const outcomes = ['cached', 'cached', 'cached', 'runs', 'runs', 'skipped', 'runs'];

function annotated(words: readonly (string | undefined)[]): string {
  let step = -1;
  return starter
    .split('\n')
    .flatMap((line) => {
      if (!/^(COPY|RUN) /.test(line)) return [line];
      step += 1;
      return words[step] === undefined ? [line] : [`# ${words[step]}`, line];
    })
    .join('\n');
}

function judge(text: string, { params = {}, steps }: { params?: object; steps?: (string | undefined)[] } = {}) {
  const dockerfile = parseDockerfile(text);
  const lines = dockerfile.instructions
    .filter(({ keyword }) => ['COPY', 'RUN'].includes(keyword))
    .map(({ line }) => line);
  const numbers = ['deps 2/3', 'deps 3/3', 'build 2/4', 'build 3/4', 'build 4/4', undefined, 'stage-3 2/2'];
  const did = steps ?? outcomes;
  const vertexes = numbers.flatMap((number, index): VertexReport[] => {
    if (number === undefined || did[index] === undefined) return [];
    const { keyword, text: written } = dockerfile.instructions.find(({ line }) => line === lines[index]) ?? {};
    return [sampleVertex(`[${number}] ${keyword} ${written}`, { line: lines[index], cached: did[index] === 'cached' })];
  });
  const rebuild = { ok: true, edited: 'src/a.ts', vertexes };
  const evidence = builtEvidence({ dockerfile, rebuilds: { guess: rebuild }, starterText: parseDockerfile(starter) });
  return prediction.judge(prediction.schema.parse({ edit: 'src/a.ts', ...params }), evidence, 'guess');
}

describe('prediction', () => {
  test('passes when everything came as it was said', () => {
    const judgement = judge(annotated(outcomes));
    expect(judgement).toMatchObject({
      status: 'passed',
      actual: '7 of 7 right',
      message: 'All 7 predictions came true after an edit of src/a.ts.',
    });
    expect(judgement.details).toHaveLength(7);
    expect(judgement.details?.[0]).toEqual({
      line: 2,
      ok: true,
      message: '`COPY package.json ./`: came from the cache, as you said.',
    });
  });
  test('tells of each wrong one what BuildKit did and why', () => {
    const wrong = ['runs', 'cached', 'runs', 'cached', 'cached', 'runs', 'cached'];
    const { status, actual, line, details, message } = judge(annotated(wrong));
    expect({ status, actual, line }).toEqual({ status: 'failed', actual: '1 of 7 right', line: 2 });
    expect(message).toMatch(/^6 of 7 predictions did not come true after an edit of src\/a\.ts\. `COPY package/);
    expect(details?.map(({ ok }) => ok)).toEqual([false, true, false, false, false, false, false]);
    const texts = details?.map((each) => each.message.replace(/^.*you said /, '')) ?? [];
    expect(texts[0]).toBe(
      'runs, but it came from the cache: neither it nor anything above it in its stage reads src/a.ts.',
    );
    expect(texts[2]).toBe('runs, but it came from the cache: what it takes from `deps` is the same as before.');
    expect(texts[3]).toBe('cached, but it ran again: it takes src/a.ts in.');
    expect(texts[4]).toContain('cached, but it ran again: `COPY src ./src` on line 11 above it ran again, and every');
    expect(texts[5]).toBe('runs, but it was not run at all: nothing that is shipped needs stage test.');
    expect(texts[6]).toBe('cached, but it ran again: what it takes from `build` is not the same as before.');
  });
  test('tells nothing before every step has its prediction', () => {
    const { status, actual, message, details } = judge(annotated(['cached', 'cached', undefined, 'runs', 'runs']));
    expect({ status, actual, details }).toEqual({ status: 'failed', actual: '4 of 7 predicted', details: undefined });
    expect(message).toMatch(/^3 steps of 7 have no prediction, on lines 8, 15 and 18\. Write # cached/);
  });
  test('takes more words, any case, and the nearest of several comments', () => {
    const words = [
      'cached: as before',
      'Cached, of course',
      'cached',
      'RUNS',
      'runs\n# cached\n# runs',
      'skipped',
      'runs',
    ];
    expect(judge(annotated(words)).status).toBe('passed');
    // An empty line takes a comment away from the instruction below it.
    expect(judge(annotated(['cached\n', ...outcomes.slice(1)])).actual).toBe('6 of 7 predicted');
    expect(judge(annotated(['cached-ish', ...outcomes.slice(1)])).actual).toBe('6 of 7 predicted');
  });
  test('refuses a prediction at the end of a line or above what is no step', () => {
    const atEnd = annotated([undefined, ...outcomes.slice(1)]).replace('package.json ./', 'package.json ./ # cached');
    expect(judge(atEnd)).toMatchObject({ status: 'failed', actual: 'a comment at the end of a line', line: 2 });
    const aboveFrom = `# runs\n${annotated(outcomes)}`;
    expect(judge(aboveFrom)).toMatchObject({ status: 'failed', actual: 'a prediction above FROM', line: 1 });
  });
  test('refuses another Dockerfile than the starter, unless it may change', () => {
    const moved = annotated(outcomes).replace('RUN npm ci', 'RUN npm install');
    expect(judge(moved)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('Here stands `RUN npm install`, expected `RUN npm ci`.'),
    });
    expect(judge(moved, { params: { unchanged: false } }).status).toBe('passed');
    expect(judge(annotated(outcomes).replace(/\n# runs\nCOPY --from=build.*\n$/, '\n')).message).toContain(
      'the end of the file',
    );
    expect(judge(`${annotated(outcomes)}EXPOSE 80\n`).message).toContain('expected nothing more');
  });
  test('takes a step that two stages share from the one that BuildKit tells of', () => {
    const twice = starter
      .replace('COPY --from=deps /node_modules ./node_modules', 'COPY package.json ./')
      .replace('COPY src', 'COPY --from=deps /src');
    const text = twice.replace(/^(?=COPY|RUN)/gm, '# cached\n');
    const steps = ['cached', 'cached', undefined, 'cached', 'cached', 'skipped', 'cached'];
    const { details } = judge(text, { params: { unchanged: false }, steps });
    expect(details?.[2]?.message).toContain('came from the cache, as you said');
  });
  test('fails when the second build fails and is skipped when there was none', () => {
    const params = prediction.schema.parse({ edit: 'a' });
    const dockerfile = parseDockerfile(starter);
    const rebuilds = { guess: { ok: false, edited: 'a', vertexes: [], message: 'no space' } };
    expect(prediction.judge(params, builtEvidence({ dockerfile, rebuilds }), 'guess').message).toContain(
      'failed: No space.',
    );
    expect(prediction.judge(params, builtEvidence({ dockerfile }), 'guess').status).toBe('skipped');
  });

  test('takes a step that BuildKit did not name for cached when one below it was done', () => {
    const steps = [undefined, 'cached', undefined, 'runs', 'runs', undefined, 'runs'];
    expect(judge(annotated(outcomes), { steps }).status).toBe('passed');
  });
});
