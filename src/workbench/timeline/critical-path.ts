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
 * The chain of steps, each needing the one before, that took longest: first to last. Making any other step faster would
 * not have ended the build sooner. By their lengths and not by when they ran: BuildKit fetches a base only when it is
 * used, so it may end after the long step that everything waited for.
 */
export function criticalPath(steps: readonly Timed[]): number[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const chains = new Map<number, Chain>();
  const chainTo = (step: Timed): Chain => {
    const known = chains.get(step.id);
    if (known) return known;
    // BuildKit's graphs have no circles; what comes over the wire may.
    chains.set(step.id, { ms: 0, step, before: undefined });
    const before = longest(step.inputs.flatMap((input) => byId.get(input) ?? []).map(chainTo));
    const chain = { ms: step.end - step.start + (before?.ms ?? 0), step, before };
    chains.set(step.id, chain);
    return chain;
  };
  const path: number[] = [];
  for (let at = longest(steps.map(chainTo)); at && !path.includes(at.step.id); at = at.before) path.unshift(at.step.id);
  return path;
}

interface Chain {
  ms: number;
  step: Timed;
  before: Chain | undefined;
}

/** Of those that took equally long, the one that ended last. */
function longest(chains: readonly Chain[]): Chain | undefined {
  return chains.reduce<Chain | undefined>((best, chain) => {
    if (!best || chain.ms > best.ms) return chain;
    return chain.ms === best.ms && chain.step.end >= best.step.end ? chain : best;
  }, undefined);
}
