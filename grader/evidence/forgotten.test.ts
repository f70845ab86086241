import { describe, expect, test } from 'vitest';
import type { VertexReport } from '../contract/report.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { hasForgotten } from './forgotten.ts';

const step = (line: number, instruction: string, cached: boolean, stage?: string): VertexReport => ({
  ...{ name: `[${line}] ${instruction}`, instruction, line, cached, durationMs: 1 },
  ...(stage !== undefined && { stage }),
});
const forgotten = (vertexes: VertexReport[]) => hasForgotten(vertexes, { model: undefined, edit: 'src/a.ts' });

test('a RUN that ran again below nothing but cached steps was forgotten', () => {
  expect(forgotten([step(1, 'FROM', false), step(3, 'COPY', true), step(4, 'RUN', false)])).toBe(true);
});

test('a RUN below a step that changed had to run again, in whatever order BuildKit names them', () => {
  expect(forgotten([step(1, 'FROM', false), step(4, 'RUN', false), step(3, 'COPY', false)])).toBe(false);
  expect(forgotten([step(1, 'FROM', true), step(3, 'COPY', true), step(4, 'RUN', true)])).toBe(false);
});

test('each stage is looked at by itself', () => {
  const base = [step(2, 'COPY', false, 'build'), step(3, 'RUN', false, 'build')];
  expect(forgotten([...base, step(6, 'COPY', true, 'ship'), step(7, 'RUN', true, 'ship')])).toBe(false);
  expect(forgotten([...base, step(6, 'WORKDIR', true, 'ship'), step(7, 'RUN', false, 'ship')])).toBe(true);
});

describe('a COPY that ran again', () => {
  const copied = (copy: string, edit: string) => {
    const model = parseDockerfile(`FROM node:20-slim AS base\nFROM base\n${copy}\nRUN npm ci\n`);
    return hasForgotten([step(3, copy.split(' ')[0] ?? '', false), step(4, 'RUN', false)], { model, edit });
  };
  test.each(['COPY package.json ./', 'COPY package*.json ./', 'ADD lib/ lib/', 'COPY src/b.ts src/a /x/'])(
    'was forgotten when it takes in no edited file: %s',
    (copy) => expect(copied(copy, 'src/a.ts')).toBe(true),
  );
  test.each(['COPY . .', 'COPY ./ ./', 'COPY / /', 'COPY src/ src/', 'COPY src/*.ts ./', 'COPY --from=base /a /a'])(
    'had to run again when it may: %s',
    (copy) => expect(copied(copy, 'src/a.ts')).toBe(false),
  );
  test('had to run again when only BuildKit knows what it copies', () => {
    expect(copied('COPY $FILES ./', 'src/a.ts')).toBe(false);
  });
});
