/** The attacks from inside a build, and those that a build makes the daemon do. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildResult, buildImage, removeBuiltImage } from '../build/run-buildx.ts';
import { type BuildRequest, cacheNamespace } from '../build/solve.ts';
import { toolboxImage } from '../build/stage-probe.ts';
import type { Engine, Slot } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import { makeWorkFolder } from '../work-folder.ts';
import { environmentOf, type Plan, writesFile } from './attack-plan.ts';
import { publicTargets } from './attempts.ts';
import { type Attack, type Observed, readTries } from './observed.ts';

export interface Place {
  engine: Engine;
  slot: Slot;
  signal: AbortSignal;
}

interface Built extends BuildResult {
  log: string;
}

const attackDir = '/stagecraft-attack';
const attackScript = join(import.meta.dirname, 'attack.sh');

/** A Dockerfile with the attack program beside it. */
async function build(lines: string[], request: Partial<BuildRequest>, { engine, slot, signal }: Place): Promise<Built> {
  const work = await makeWorkFolder();
  try {
    const contextDir = await mkdtemp(join(work, 'context-'));
    await cp(attackScript, join(contextDir, 'attack.sh'));
    await writeFile(join(contextDir, 'writes'), writesFile());
    await writeFile(join(contextDir, 'Dockerfile'), `${lines.join('\n')}\n`);
    let log = '';
    const result = await buildImage(
      { contextDir, model: undefined, timeoutMs: limits.isolation.attackTimeoutMs, ...request },
      {
        engine,
        slot,
        signal,
        emit: (event) => {
          if (event.type === 'log') log += `${event.lines.map(({ text }) => text).join('\n')}\n`;
        },
      },
    );
    return { ...result, log };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const owner = (mark: string) => `isolation owner ${mark}`;
const stranger = (mark: string) => `isolation stranger ${mark}`;
const mountId = (mark: string) => `isolation-${mark}`;

/** Leaves a secret in a learner's cache mount; true when a later step of the same learner sees it. */
export async function plantCacheMount(mark: string, place: Place): Promise<boolean> {
  const mount = `--mount=type=cache,id=${mountId(mark)},target=/cache`;
  const lines = [
    `FROM ${toolboxImage} AS planting`,
    `RUN ${mount} echo planted-${mark} > /cache/secret && echo > /done`,
    `FROM ${toolboxImage}`,
    `RUN ${mount} --mount=type=bind,from=planting,source=/done,target=/done echo owner of ${mark} saw $(cat /cache/secret)`,
  ];
  const built = await build(lines, { learner: owner(mark), output: 'none' }, place);
  return built.log.includes(`owner of ${mark} saw planted-${mark}`);
}

export interface BuildAttack {
  attack: Omit<Attack, 'bites'>;
  /** The image that the build made: the attack program, to be run again. Remove it with `dispose`. */
  imageId: string | undefined;
  dispose(): Promise<void>;
}

/** The attack program as a build step of another learner's, with the mounts that it guesses. */
export async function attackFromBuild(plan: Plan, place: Place): Promise<BuildAttack> {
  const { mark } = plan;
  const theirs = cacheNamespace(owner(mark));
  const ids = [mountId(mark), `${theirs}/${mountId(mark)}`, `../${theirs}/${mountId(mark)}`];
  const folders = ids.map((_, index) => `/theirs-${index + 1}`);
  const mounts = ids.map((id, index) => `--mount=type=cache,id=${id},target=${folders[index]}`);
  const environment = environmentOf({ ...plan, folders, secret: `planted-${mark}` });
  const lines = [
    `FROM ${toolboxImage}`,
    // A learner's own ARG must not choose the namespace.
    `ARG BUILDKIT_CACHE_MOUNT_NS=${theirs}`,
    `COPY attack.sh writes ${attackDir}/`,
    `RUN ${mounts.join(' ')} ${JSON.stringify(['env', ...pairsOf(environment), 'sh', `${attackDir}/attack.sh`])}`,
    `CMD ["sh", "${attackDir}/attack.sh"]`,
  ];
  const built = await build(lines, { learner: stranger(mark) }, place);
  const trouble = built.failure?.raw;
  return {
    attack: { tries: readTries(built.log, mark), ...(trouble !== undefined && { trouble }) },
    imageId: built.imageId,
    dispose: () => removeBuiltImage(place.engine, built.imageTag),
  };
}

/** `ADD http://…`: the daemon itself connects, from its own network. */
export async function attackFromDaemon(bait: string[], place: Place): Promise<Omit<Observed['remoteAdd'], 'bites'>> {
  const target = bait[0] ?? publicTargets['public-1'] ?? '';
  const lines = ['FROM scratch', `ADD http://${target}/x /x`];
  const built = await build(lines, { output: 'none', noCache: true }, place);
  return { target, built: built.ok, text: built.failure?.raw.slice(0, 300) ?? '' };
}

function pairsOf(environment: Record<string, string>): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}
