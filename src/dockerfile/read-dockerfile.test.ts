import { expect, test } from 'vitest';
import { limits } from '../../grader/limits.ts';
import { readDockerfile } from './read-dockerfile.ts';

const text = [
  'FROM node:20 AS build',
  'RUN npm ci',
  'FROM node:20 AS unused',
  'FROM node:20-slim',
  'COPY --from=build /app /app',
  'RUN --mount=type=cache,target=/x true',
].join('\n');

test('stages, their sources and what the last one needs are read', () => {
  const { stages } = readDockerfile(text);
  expect(stages.map(({ name, line, reachable, final }) => ({ name, line, reachable, final }))).toEqual([
    { name: 'build', line: 1, reachable: true, final: false },
    { name: 'unused', line: 3, reachable: false, final: false },
    { name: undefined, line: 4, reachable: true, final: true },
  ]);
  expect(stages[2]?.instructions[1]?.copy?.fromStage).toBe(0);
});

test('another target makes other stages reachable', () => {
  expect(readDockerfile(text, 'unused').stages.map((stage) => stage.reachable)).toEqual([false, true, false]);
});

test.each(['', 'F', 'FROM', 'FROM ${A:', 'COPY --from', 'RUN <<EOF\nnever ends', '\\', '\ud800\0', 'FROM a AS'])(
  'a broken text (%j) is read as far as it goes',
  (broken) => {
    expect(readDockerfile(broken).stages.length).toBeLessThan(2);
  },
);

test('every beginning of a file can be read while it is typed', () => {
  for (let end = 0; end <= text.length; end += 1) readDockerfile(text.slice(0, end));
  expect(readDockerfile(text).instructions).toHaveLength(6);
});

test('a text that the grader would refuse for its length is not read', () => {
  expect(readDockerfile(`FROM a\n${'#'.repeat(limits.admit.dockerfileBytes)}`).stages).toEqual([]);
});
