import { describe, expect, it } from 'vitest';
import type { Report } from '../contract/report.ts';
import { toJunit } from './junit.ts';

const report: Report = {
  verdict: 'failed',
  checks: [
    {
      id: 'small',
      type: 'size',
      status: 'failed',
      expected: 'at most 10 MB',
      actual: '20 MB',
      message: 'Too "big" <now>\u0007',
      line: 3,
    },
    { id: 'user', type: 'user', status: 'passed', expected: 'not root', actual: 'uid 1000', message: 'ok' },
    { id: 'http', type: 'http', status: 'skipped', expected: '200', actual: 'not run', message: 'not run' },
  ],
  build: { ok: true, durationMs: 1234, findings: [], vertexes: [] },
  stages: [],
  catalogue: { source: 'stand-in' },
};

describe('the JUnit report', () => {
  it('counts failures and skipped checks and says where each failed', () => {
    const xml = toJunit(report, 'ts-two-stages');
    expect(xml).toContain('tests="4" failures="1" skipped="1" time="1.234"');
    expect(xml).toContain('Dockerfile:3\nexpected: at most 10 MB\nfound: 20 MB');
  });

  it('escapes what XML cannot hold', () => {
    const xml = toJunit(report, 'x');
    expect(xml).toContain('Too &quot;big&quot; &lt;now&gt;\ufffd');
    expect(xml).not.toContain('\u0007');
  });

  it('shows a failed build as a failure of its own', () => {
    const xml = toJunit(
      { ...report, checks: [], build: { ...report.build, ok: false, error: { code: 'timeout', message: 'too long' } } },
      'x',
    );
    expect(xml).toContain('<failure type="timeout" message="too long">');
  });
});
