import { useEffect, useState } from 'preact/hooks';
import { type CourseImageKind, courseImageKindSchema } from '../../../grader/contract/layers.ts';
import type { SubmissionSummary } from '../../../grader/contract/submission.ts';
import { attemptBefore, useAttempts } from '../attempts/use-attempts.ts';
import type { SubmissionView } from '../submission/submission-state.ts';
import { type LoadedImage, useImage } from './use-image.ts';

export interface OtherImage {
  /** Other attempts that have an image, newest first. */
  attempts: readonly SubmissionSummary[];
  /** The solution may be compared with. */
  earned: boolean;
  /** Id of an attempt, or which of the course's images; undefined while nothing is compared with. */
  picked: string | undefined;
  pick(value: string): void;
  /** What is compared with. */
  attempt: SubmissionSummary | undefined;
  kind: CourseImageKind | undefined;
  image: LoadedImage;
}

/** What the image on screen is compared with: the attempt before, until something else is picked. */
export function useOtherImage(exercise: string, view: SubmissionView): OtherImage {
  const all = useAttempts(exercise, view.id);
  const attempts = all.filter(({ id, sizeBytes }) => id !== view.id && sizeBytes !== undefined);
  const [picked, setPicked] = useState<string>();
  useEffect(() => setPicked(undefined), [view.id]);
  const kind = courseImageKindSchema.safeParse(picked).data;
  const attempt =
    kind === undefined
      ? (attempts.find(({ id }) => id === picked) ?? attemptBefore(attempts, view.createdAt))
      : undefined;
  const image = useImage(kind ? { slug: exercise, kind } : attempt && { submission: attempt.id });
  // The server decides again when the solution is asked for.
  const earned = view.verdict === 'passed' || all.some(({ verdict }) => verdict === 'passed');
  return { attempts, earned, picked: kind ?? attempt?.id, pick: setPicked, attempt, kind, image };
}
