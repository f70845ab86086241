/** The one word over a submission. `grader_error` is not decided here: it is what happens when grading itself fails. */
import type { BuildError, BuildReport, CheckReport, Verdict } from '../contract/report.ts';

const limitCodes = new Set<BuildError['code']>([
  'timeout',
  'out_of_memory',
  'no_space',
  'log_limit',
  'too_many_processes',
]);

export interface SumUpRequest {
  build: Pick<BuildReport, 'ok' | 'error' | 'findings'>;
  checks: readonly Pick<CheckReport, 'status'>[];
  /** A limit of the sandbox ended something else than the build. */
  limitExceeded?: boolean;
}

/** A limit explains a failed build; a failed build outweighs its checks. */
export function verdictOf({ build, checks, limitExceeded = false }: SumUpRequest): Exclude<Verdict, 'grader_error'> {
  if (limitExceeded || (build.error !== undefined && limitCodes.has(build.error.code))) return 'limit_exceeded';
  if (!build.ok || build.findings.some((finding) => finding.severity === 'error')) return 'build_failed';
  return checks.some((check) => check.status === 'failed') ? 'failed' : 'passed';
}
