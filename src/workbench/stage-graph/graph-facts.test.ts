import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDockerfile } from '../../dockerfile/read-dockerfile.ts';
import { graphFacts, stageOfLine, stepOfLine, unreadable } from './graph-facts.ts';
import { stepTextCharactersMax } from './graph-limits.ts';

const factsOf = (...lines: string[]) => graphFacts(readDockerfile(lines.join('\n')));
const edgesOf = (...lines: string[]) =>
  factsOf(...lines).edges.map(({ from, to, kind, lines: at }) => `${from} ${kind} ${to} (${at.join(', ')})`);

describe('edges', () => {
  test.each<[string, string[], string[]]>([
    ['of a FROM that names a stage', ['FROM a AS one', 'FROM one'], ['stage-0 base stage-1 (2)']],
    [
      'of two copies are one line',
      ['FROM a AS x', 'FROM b', 'COPY --from=x /1 /', 'COPY --from=0 /2 /'],
      ['stage-0 copy stage-1 (3, 4)'],
    ],
    ['of a mount', ['FROM a AS x', 'FROM b', 'RUN --mount=from=x,target=/x ls'], ['stage-0 mount stage-1 (3)']],
    [
      'of an image that is no stage',
      ['FROM a', 'COPY --from=nginx:alpine /x /'],
      ['image-nginx:alpine copy stage-0 (2)'],
    ],
    [
      'of what ONBUILD copies later',
      ['FROM a AS x', 'FROM b AS y', 'ONBUILD COPY --from=x /1 /', 'FROM y'],
      ['stage-1 base stage-2 (4)', 'stage-0 copy stage-2 (3)'],
    ],
    ['of a stage to itself are none', ['FROM a AS x', 'COPY --from=x /1 /'], []],
    ['of a base image are none', ['FROM a'], []],
  ])('%s', (_, lines, expected) => {
    expect(edgesOf(...lines)).toEqual(expected);
  });
});

test('a stage that nothing shipped needs is unreachable, and so are the lines into it', () => {
  const { stages, edges } = factsOf(
    'FROM a AS used',
    'FROM b AS lonely',
    'COPY --from=used /x /',
    'FROM c',
    'COPY --from=used /x /',
  );
  expect(stages.map(({ reachable, final }) => [reachable, final])).toEqual([
    [true, false],
    [false, false],
    [true, true],
  ]);
  expect(edges.map(({ reachable }) => reachable)).toEqual([false, true]);
});

test('steps are those that make a vertex, and keep their key when they move', () => {
  const before = factsOf('FROM a AS x', 'RUN one', 'ENV A=1', 'RUN --mount=type=cache,target=/c two', 'CMD ["x"]')
    .stages[0];
  const after = factsOf(
    '# new',
    'FROM a AS x',
    'LABEL b=2',
    'RUN one',
    'RUN three',
    'RUN --mount=type=cache,target=/c two',
  ).stages[0];
  expect(before?.steps.map(({ keyword, short }) => `${keyword} ${short}`)).toEqual(['RUN one', 'RUN two']);
  expect(after?.steps[0]?.key).toBe(before?.steps[0]?.key);
  expect(after?.steps[2]?.key).toBe(before?.steps[1]?.key);
  expect(after?.steps[0]?.line).toBe(4);
});

test('the same step twice has two keys, and an endless one a short text', () => {
  const steps = factsOf('FROM a', 'RUN one', 'RUN one', `RUN ${'x'.repeat(9_000)}`).stages[0]?.steps ?? [];
  expect(new Set(steps.map(({ key }) => key)).size).toBe(3);
  expect(steps[2]?.text.length).toBe(stepTextCharactersMax + 1);
});

test('stages that begin alike share the chain of what BuildKit does once', () => {
  const { stages } = factsOf('FROM a AS x', 'WORKDIR /w', 'RUN 1', 'FROM a AS y', 'WORKDIR /w', 'RUN 2');
  expect(stages[0]?.steps[0]?.chain).toBe(stages[1]?.steps[0]?.chain);
  expect(stages[0]?.steps[1]?.chain).not.toBe(stages[1]?.steps[1]?.chain);
});

test.each([
  ['FROM a\nRUN x', undefined],
  ['ARG V=1\nFROM a:$V', undefined],
  ['', undefined],
  ['# only a comment', undefined],
  ['RUN x', { line: 1, what: 'no-from' }],
  ['RUN x\nFROM a', { line: 1, what: 'no-from' }],
  ['FROM a\nRU', { line: 2, what: 'keyword' }],
  ['FROM a\nFROM', { line: 2, what: 'base' }],
])('of %j it is known whether it can be drawn', (text, expected) => {
  expect(unreadable(readDockerfile(text))).toEqual(expected);
});

test('a line belongs to the stage above it and to its step', () => {
  const { stages } = factsOf('ARG V', 'FROM a', 'RUN one \\', '  two', 'ENV x=1', 'FROM b', 'RUN three');
  expect(stageOfLine(stages, 1)).toBeUndefined();
  expect(stageOfLine(stages, 4)?.index).toBe(0);
  expect(stepOfLine(stages[0], 4)?.line).toBe(3);
  expect(stepOfLine(stages[0], 5)).toBeUndefined();
  expect(stepOfLine(stages[1], 6)?.keyword).toBe('FROM');
});

test('the capstone’s own solution is drawn as it is', () => {
  const path = join(import.meta.dirname, '../../../content/exercises/capstone/solution/Dockerfile');
  const { stages, edges } = graphFacts(readDockerfile(readFileSync(path, 'utf8')));
  expect(stages.filter(({ reachable }) => !reachable).map(({ name }) => name)).toEqual(['pages', 'web']);
  expect(stages.find(({ final }) => final)?.rootBase).toBe('scratch');
  expect(edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`)).toContain('stage-1 base stage-3');
});
