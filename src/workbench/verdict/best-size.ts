import type { SubmissionSummary } from '../../../grader/contract/submission.ts';

/** The smallest image that passed, in bytes; undefined while none has. */
export function bestSize(attempts: readonly Pick<SubmissionSummary, 'verdict' | 'sizeBytes'>[]): number | undefined {
  const sizes = attempts.flatMap(({ verdict, sizeBytes }) => (verdict === 'passed' && sizeBytes ? [sizeBytes] : []));
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}
