/**
 * The isolation self-test: attacks this very engine from inside a real build and a real run, and says which walls held.
 *
 *     plant a learner's secret → attack as another learner's build → make the daemon connect → attack as a container → judge
 *
 * Absent on purpose: trust in how the engine was started. Whoever launched it, only what was tried counts.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Engine, Launcher } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import { attackFromBuild, attackFromDaemon, type BuildAttack, type Place, plantCacheMount } from './attack-build.ts';
import type { Plan } from './attack-plan.ts';
import { attackFromRun, type RunAttack } from './attack-run.ts';
import { openBait } from './bait.ts';
import type { IsolationReport } from './isolation.ts';
import { judge } from './judge.ts';
import type { Observed } from './observed.ts';

const mib = 1024 ** 2;

/**
 * Needs the toolbox image in the engine and takes one slot.
 * @throws StagecraftError `engine_unavailable` when the engine goes away under it; `cancelled`
 */
export async function checkIsolation(
  engine: Engine,
  { launcher, signal }: { launcher: Launcher['kind']; signal: AbortSignal },
): Promise<IsolationReport> {
  const startedAt = performance.now();
  const slot = await engine.acquireSlot(signal);
  try {
    const observed = await observe({ engine, slot, signal });
    const durationMs = Math.round(performance.now() - startedAt);
    return { at: new Date().toISOString(), durationMs, launcher, walls: judge(observed) };
  } finally {
    await slot.release();
  }
}

/** Attacks, and brings back what came of it. */
export async function observe(place: Place): Promise<Observed> {
  const mark = `stagecraft-${randomBytes(8).toString('hex')}`;
  const bait = await openBait(mark);
  try {
    const { memoryLimitBytes, pidsLimit } = await place.slot.usage();
    const cpus = Math.min(limits.slot.cpus, availableParallelism());
    const build = { memoryBytes: memoryLimitBytes, pids: pidsLimit, cpus };
    const run = { memoryBytes: limits.run.memoryBytes, pids: limits.run.pidsMax, cpus: limits.run.cpus };
    const plan = { mark, network: place.engine.network, bait: bait.addresses };
    const seenByOwner = await plantCacheMount(mark, place);
    const built = await attackFromBuild({ ...plan, allowed: build, files: { '/a-file': 1 } }, place);
    const [buildBites, usage] = [bait.takeBites(), await place.slot.usage()];
    const remoteAdd = await attackFromDaemon(bait.addresses, place);
    const addBites = bait.takeBites();
    const beyond = Math.ceil(limits.run.tmpfsBytes / mib) + 8;
    const files = { '/a-file': 1, '/tmp/a-file': beyond, '/dev/shm/a-file': beyond };
    const ran = await runOf(built, { ...plan, allowed: run, files }, place);
    // After the containers, which are put off as well.
    place.slot.putOff(built.dispose);
    return {
      allowed: {
        build: { ...build, diskBytes: limits.engine.diskBytes },
        run: { ...run, fileBytes: limits.run.tmpfsBytes },
      },
      cpus: availableParallelism(),
      bait: { addresses: bait.addresses },
      build: { ...built.attack, bites: buildBites, usage },
      cacheMount: { seenByOwner },
      remoteAdd: { ...remoteAdd, bites: addBites },
      run: { ...ran.attack, bites: bait.takeBites() },
      neighbour: { answered: ran.neighbourAnswered },
    };
  } finally {
    await bait.close();
  }
}

async function runOf(built: BuildAttack, plan: Plan, place: Place): Promise<RunAttack> {
  if (built.imageId !== undefined) return await attackFromRun(built.imageId, plan, place);
  return { attack: { tries: {}, trouble: 'The build made no image to run.' }, neighbourAnswered: false };
}
