/** Which steps a build had to wait for. Pure. */
export interface Timed {
  id: number;
  /** In ms from any one moment. */
  start: number;
  end: number;
  /** Ids of what it needs; those that are not among the steps are passed over. */
  inputs: readonly number[];
}

/**
 * The chain of steps that the whole build waited for, first to last: from the step that ended last, always back to that
 * one of its inputs that ended last. Making any other step faster would not have ended the build sooner.
 */
export function criticalPath(steps: readonly Timed[]): number[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const path: number[] = [];
  const seen = new Set<number>();
  let at = latest(steps);
  // BuildKit's graphs have no circles; what comes over the wire may.
  while (at && !seen.has(at.id)) {
    seen.add(at.id);
    path.unshift(at.id);
    at = latest(at.inputs.flatMap((input) => byId.get(input) ?? []));
  }
  return path;
}

/** Of those that end at the same moment, the one that began last: it is the one that was waited for. */
function latest(steps: readonly Timed[]): Timed | undefined {
  return steps.reduce<Timed | undefined>((best, step) => {
    if (!best || step.end > best.end) return step;
    return step.end === best.end && step.start > best.start ? step : best;
  }, undefined);
}
