/**
 * Which walls held, from what the attacks brought back: pure.
 *
 * A wall that could not be tried has not been seen to hold, so it counts as missing: an attack that left no line, or one
 * whose control failed too.
 */
import type { Wall } from './isolation.ts';
import { judgeLimits } from './judge-limits.ts';
import { judgeNetwork } from './judge-network.ts';
import { judgeWrites } from './judge-writes.ts';
import type { Observed } from './observed.ts';

export function judge(observed: Observed): Wall[] {
  return (['build', 'run'] as const).flatMap((place) => [
    ...judgeNetwork(place, observed),
    ...judgeLimits(place, observed),
    ...judgeWrites(place, observed),
  ]);
}
