import { expect, test } from 'vitest';
import type { BuildError, CheckReport, Finding } from '../contract/report.ts';
import { verdictOf } from './sum-up.ts';

const error = (code: BuildError['code']): BuildError => ({ code, message: 'x' });
const finding = (severity: Finding['severity']): Finding => ({
  rule: 'r',
  file: 'Dockerfile',
  line: 1,
  column: 1,
  severity,
  message: 'x',
});
const checks = (...statuses: CheckReport['status'][]) => statuses.map((status) => ({ status }));

test.each([
  ['all checks passed', { ok: true, findings: [] }, checks('passed', 'passed'), 'passed'],
  ['warnings do not count', { ok: true, findings: [finding('warning')] }, checks('passed'), 'passed'],
  ['a skipped check is not a failed one', { ok: true, findings: [] }, checks('passed', 'skipped'), 'passed'],
  ['one check failed', { ok: true, findings: [] }, checks('passed', 'failed'), 'failed'],
  ['refused text', { ok: false, findings: [finding('error')] }, checks('failed'), 'build_failed'],
  ['a failed step', { ok: false, error: error('command_failed'), findings: [] }, checks('skipped'), 'build_failed'],
  ['a cancelled build', { ok: false, error: error('cancelled'), findings: [] }, [], 'build_failed'],
  ...(['timeout', 'out_of_memory', 'no_space', 'log_limit', 'too_many_processes'] as const).map(
    (code) => [code, { ok: false, error: error(code), findings: [] }, checks('failed'), 'limit_exceeded'] as const,
  ),
] as const)('%s', (_, build, given, expected) => {
  expect(verdictOf({ build: { ...build, findings: [...build.findings] }, checks: given })).toBe(expected);
});

test('a limit that ended something else than the build counts too', () => {
  expect(verdictOf({ build: { ok: true, findings: [] }, checks: checks('failed'), limitExceeded: true })).toBe(
    'limit_exceeded',
  );
});
