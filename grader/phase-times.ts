import type { Phase, SubmissionEvent } from './contract/submission.ts';

/** Milliseconds by phase; one that was not reached is missing. */
export type PhaseTimes = Partial<Record<Phase, number>>;

/** Watches the events of one submission and says how long each of its phases took. */
export function timePhases(now: () => number = performance.now.bind(performance)): {
  see: (event: SubmissionEvent) => void;
  /** Ends the last phase. */
  end: () => PhaseTimes;
} {
  const times: PhaseTimes = {};
  let current: { phase: Phase; since: number } | undefined;
  const close = () => {
    if (current !== undefined) times[current.phase] = (times[current.phase] ?? 0) + now() - current.since;
    current = undefined;
  };
  return {
    see(event) {
      if (event.type !== 'phase' || event.phase === current?.phase) return;
      close();
      current = { phase: event.phase, since: now() };
    },
    end() {
      close();
      return times;
    },
  };
}
