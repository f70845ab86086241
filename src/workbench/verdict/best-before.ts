import type { SubmissionSummary } from '../../../grader/contract/submission.ts';

/** The most points of the attempts before this one; undefined when none of them has any. */
export function bestBefore(
  submissions: readonly Pick<SubmissionSummary, 'id' | 'createdAt' | 'points'>[],
  id: string,
): number | undefined {
  const until = submissions.find((submission) => submission.id === id)?.createdAt;
  const earlier = submissions.filter((each) => each.id !== id && (until === undefined || each.createdAt < until));
  const points = earlier.flatMap((each) => (each.points === undefined ? [] : [each.points]));
  return points.length === 0 ? undefined : Math.max(...points);
}
