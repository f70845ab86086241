import type { Report } from './contract/report.ts';
import type { SubmissionEvent } from './contract/submission.ts';

/** What to grade. */
export interface GradeRequest {
  /** Slug of the exercise. */
  exercise: string;
  dockerfile: string;
  dockerignore?: string | undefined;
  /** Whose it is: separates cache mounts and the queue's fairness. */
  learner: string;
  /** Build without any cached vertex, as `verify` does. */
  clean?: boolean;
}

/** Grades one submission. A failing learner is a resolved promise; only our own faults and cancellation reject. */
export type Grade = (
  request: GradeRequest,
  options: { emit: (event: SubmissionEvent) => void; signal: AbortSignal },
) => Promise<Report>;
