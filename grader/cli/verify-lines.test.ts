import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../contract/report.ts';
import type { VerifyOutcome } from '../verify-exercise.ts';
import { lineOf, outcomeJson, slowestLines } from './verify-lines.ts';

function outcome(of: string, name: string, build: number): VerifyOutcome {
  const rest = { exercise: of, dockerfile: '', dockerignore: undefined, clean: false };
  const times = { admit: 0.4, prepare: 200, build, evidence: 800 };
  return {
    case: { of, name, ...rest, expect: { verdict: 'passed' } },
    ok: true,
    message: 'passed',
    report: undefined,
    times,
  };
}

test('a line says what, how long and what came', () => {
  expect(stripVTControlCharacters(lineOf(outcome('tea', 'solution', 2_000)))).toBe('✓ tea · solution 3.0 s: passed');
});

test('the summary names the slowest first, with their phases, by case and by exercise', () => {
  const outcomes = Array.from({ length: 12 }, (_, at) =>
    outcome(at < 6 ? 'tea' : 'rates', `mistakes/${at}`, at * 1_000),
  );
  const lines = slowestLines(outcomes);
  expect(lines[1]).toBe('    12.0 s  rates · mistakes/11 (prepare 0.2 s, build 11.0 s, evidence 0.8 s)');
  expect(lines[10]).toBe('    57.0 s  rates (prepare 1.2 s, build 51.0 s, evidence 4.8 s)');
  expect(lines.at(-1)).toBe('    78.0 s  all cases (prepare 2.4 s, build 66.0 s, evidence 9.6 s)');
});

test('few cases need no summary', () => {
  expect(slowestLines([outcome('tea', 'solution', 1)])).toEqual([]);
});

test('as JSON a case has whole milliseconds, and the long steps that no cache had', () => {
  const vertexes = [
    { name: '[1/3] FROM node:20', cached: true, durationMs: 900 },
    { name: '[2/3] COPY . .', cached: false, durationMs: 40 },
    { name: '[3/3] RUN npm ci', cached: false, durationMs: 2_100.4 },
  ];
  const report: Report = {
    ...{ verdict: 'passed', checks: [], stages: [], catalogue: { source: 'stand-in' } },
    build: { ok: true, durationMs: 2_200, contextBytes: 10, findings: [], vertexes },
  };
  expect(outcomeJson({ ...outcome('tea', 'solution', 1.6), report })).toEqual({
    ...{ of: 'tea', name: 'solution', ok: true, message: 'passed', totalMs: 1002 },
    phasesMs: { admit: 0, prepare: 200, build: 2, evidence: 800 },
    steps: [{ name: '[3/3] RUN npm ci', ms: 2100 }],
  });
});
