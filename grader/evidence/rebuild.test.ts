import { expect, test } from 'vitest';
import type { VertexReport } from '../contract/report.ts';
import { hasForgotten } from './rebuild.ts';

const step = (line: number, instruction: string, cached: boolean, stage?: string): VertexReport => ({
  ...{ name: `[${line}] ${instruction}`, instruction, line, cached, durationMs: 1 },
  ...(stage !== undefined && { stage }),
});

test('a RUN that ran again below nothing but cached steps was forgotten', () => {
  expect(hasForgotten([step(1, 'FROM', false), step(3, 'COPY', true), step(4, 'RUN', false)])).toBe(true);
});

test('a RUN below a step that changed had to run again, in whatever order BuildKit names them', () => {
  expect(hasForgotten([step(1, 'FROM', false), step(4, 'RUN', false), step(3, 'COPY', false)])).toBe(false);
  expect(hasForgotten([step(1, 'FROM', true), step(3, 'COPY', true), step(4, 'RUN', true)])).toBe(false);
});

test('each stage is looked at by itself', () => {
  const base = [step(2, 'COPY', false, 'build'), step(3, 'RUN', false, 'build')];
  expect(hasForgotten([...base, step(6, 'COPY', true, 'ship'), step(7, 'RUN', true, 'ship')])).toBe(false);
  expect(hasForgotten([...base, step(6, 'WORKDIR', true, 'ship'), step(7, 'RUN', false, 'ship')])).toBe(true);
});
