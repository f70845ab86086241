import { describe, expect, test } from 'vitest';
import type { CheckReport } from '../contract/report.ts';
import { type ScoreRule, scoreOf } from './score.ts';

const check = (id: string, status: CheckReport['status'] = 'passed'): CheckReport => ({
  ...{ id, type: 'size', status, expected: '', actual: '', message: '' },
});
const vertex = (durationMs: number, cached = false) => ({ name: 'RUN', instruction: 'RUN', cached, durationMs });
const score = (rule: ScoreRule, { sizeBytes = 0, seconds = 0, status = 'passed' as CheckReport['status'] }) =>
  scoreOf([rule], {
    checks: [check(rule.check, status)],
    evidence: {
      image: { sizeBytes } as never,
      rebuilds: { edit: { ok: true, edited: 'x', vertexes: [vertex(seconds * 1000), vertex(90_000, true)] } },
    },
  });

describe('a score', () => {
  test('gives the points of what passed, and names what it gave', () => {
    const rules = [
      { check: 'not-root', points: 10 },
      { check: 'stops', points: 15 },
    ];
    const checks = [check('not-root'), check('stops', 'failed')];
    expect(scoreOf(rules, { checks, evidence: { image: undefined, rebuilds: {} } })).toEqual({
      points: 10,
      max: 25,
      parts: [
        { check: 'not-root', points: 10, max: 10 },
        { check: 'stops', points: 0, max: 15 },
      ],
    });
  });

  test('gives none for a check that was not judged or is not there', () => {
    expect(score({ check: 'small', points: 5 }, { status: 'skipped' }).points).toBe(0);
    expect(
      scoreOf([{ check: 'gone', points: 5 }], { checks: [], evidence: { image: undefined, rebuilds: {} } }),
    ).toEqual({ points: 0, max: 5, parts: [{ check: 'gone', points: 0, max: 5 }] });
  });

  test('of a size is all at the best, none at the worst, and half at the middle of the factors', () => {
    const rule = { check: 'small', points: 40, size: { best: 10_000_000, worst: 160_000_000 } };
    expect(score(rule, { sizeBytes: 9_000_000 }).points).toBe(40);
    expect(score(rule, { sizeBytes: 40_000_000 })).toMatchObject({ points: 20, parts: [{ sizeBytes: 40_000_000 }] });
    expect(score(rule, { sizeBytes: 160_000_000 }).points).toBe(0);
    expect(score(rule, { sizeBytes: 9_000_000, status: 'failed' }).points).toBe(0);
  });

  test('of a rebuild counts the steps that ran and not those from the cache', () => {
    const rule = { check: 'edit', points: 20, rebuildSeconds: { best: 1, worst: 16 } };
    expect(score(rule, { seconds: 0.2 }).points).toBe(20);
    expect(score(rule, { seconds: 4 })).toMatchObject({ points: 10, parts: [{ seconds: 4 }] });
    expect(score(rule, { seconds: 30 }).points).toBe(0);
  });
});
