import { useState } from 'preact/hooks';
import type { EditedFile } from '../line-marks.ts';
import type { SubmissionView } from '../submission/submission-state.ts';
import type { LineWish } from './past-attempt.tsx';
import { useAttempts } from './use-attempts.ts';

interface Asked {
  /** Id of the attempt in the address. */
  opened: string | undefined;
  view: SubmissionView | undefined;
  exercise: string;
}

export interface PastAttempt {
  /** Undefined while none is opened, or is still on its way. */
  view: SubmissionView | undefined;
  /** The number of the newest attempt. */
  all: number;
  wish: LineWish | undefined;
  goToLine(file: EditedFile, line: number): void;
}

/** The attempt that is looked at instead of the draft. */
export function usePastAttempt({ opened, view, exercise }: Asked): PastAttempt {
  const attempts = useAttempts(exercise, opened);
  const [wish, setWish] = useState<LineWish>();
  return {
    view: opened !== undefined && view?.id === opened ? view : undefined,
    all: Math.max(0, ...attempts.map(({ attempt }) => attempt)),
    wish,
    goToLine: (file, line) => setWish({ file, line }),
  };
}
