import { describe, expect, test } from 'vitest';
import type { VertexReport } from '../contract/report.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { hasForgotten } from './forgotten.ts';

/** Whether one was forgotten when the steps at these lines ran again, in the order in which BuildKit names them. */
function forgotten(dockerfile: string, ran: number[], edit = 'src/a.ts'): boolean {
  const model = parseDockerfile(dockerfile);
  const steps = model.instructions.filter(({ vertexNumber }) => vertexNumber !== undefined);
  const lines = [...ran, ...steps.map(({ line }) => line).filter((line) => !ran.includes(line))];
  const vertexes: VertexReport[] = lines.map((line) => ({
    ...{ name: `[${line}]`, instruction: steps.find((each) => each.line === line)?.keyword, line },
    ...{ cached: !ran.includes(line), durationMs: 1 },
  }));
  return hasForgotten(vertexes, { model, edit });
}

const oneStage = 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n';

test('a step that ran again below nothing but cached steps was forgotten', () => {
  expect(forgotten(oneStage, [1, 4])).toBe(true);
  expect(forgotten(oneStage, [2, 3, 4])).toBe(true);
});

test('a step below one that changed had to run again, in whatever order BuildKit names them', () => {
  expect(forgotten(oneStage, [1, 4, 3])).toBe(false);
  expect(forgotten(oneStage, [])).toBe(false);
});

describe('of several stages', () => {
  const text = [
    'FROM node:20 AS build', // 1
    'COPY src src',
    'RUN npm run build',
    'FROM build AS same', // 4
    'FROM node:20-slim',
    'WORKDIR /app', // 6
    'COPY --from=busybox:1.36 /bin/busybox /bin/',
    'COPY --from=same /app/dist dist', // 8
    'RUN echo',
  ].join('\n');
  test.each<[string, number[], boolean]>([
    ['what comes from a changed stage had to run again', [2, 3, 8, 9], false],
    ['the build alone', [2, 3], false],
    ['a WORKDIR on a base that can not change', [2, 3, 6, 7, 8, 9], true],
    ['what comes from an image', [2, 3, 7, 8, 9], true],
    ['what comes from a stage in which nothing ran', [8, 9], true],
    ['a RUN after what did not change', [2, 3, 9], true],
  ])('%s', (_what, ran, expected) => expect(forgotten(text, ran)).toBe(expected));

  test('the first step of a stage that continues a changed one had to run again', () => {
    expect(forgotten('FROM a AS x\nCOPY . .\nFROM x\nRUN echo\n', [2, 4])).toBe(false);
  });
});

describe('a COPY that ran again', () => {
  const copied = (copy: string) => forgotten(`FROM node:20-slim\n${copy}\nRUN npm ci\n`, [2, 3]);
  test.each(['COPY package.json ./', 'COPY package*.json ./', 'ADD lib/ lib/', 'COPY src/b.ts src/a /x/'])(
    'was forgotten when it takes in no edited file: %s',
    (copy) => expect(copied(copy)).toBe(true),
  );
  test.each(['COPY . .', 'COPY ./ ./', 'COPY / /', 'COPY src/ src/', 'COPY src/*.ts ./'])(
    'had to run again when it may: %s',
    (copy) => expect(copied(copy)).toBe(false),
  );
  test('had to run again when only BuildKit knows what it copies', () => {
    expect(copied('COPY $FILES ./')).toBe(false);
  });
});
