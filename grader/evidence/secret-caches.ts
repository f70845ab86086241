/** Looks into the learner's cache mounts for a secret: they are in no layer, and every later build can read them. */
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { solve, throwIfCancelled } from '../build/solve.ts';
import { toolboxImage } from '../build/stage-probe.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { Slot } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { makeWorkFolder } from '../work-folder.ts';
import { traceFormsInLines } from './canary.ts';
import type { EngineAccess } from './image.ts';
import type { BuiltFrom } from './rebuild.ts';
import type { BuildSecret } from './secret.ts';

export interface CachesOf {
  build: BuiltFrom;
  model: DockerfileModel;
}

/**
 * Ids of the cache mounts that hold the secret, as it is or in base64.
 * @throws StagecraftError `cancelled`; `engine_unavailable` when they can't be looked into
 */
export async function cachesWith(
  secret: BuildSecret,
  { build, model }: CachesOf,
  { engine, slot, signal }: EngineAccess & { slot: Pick<Slot, 'cgroupParent'> },
): Promise<string[]> {
  const ids = cacheIds(model);
  if (ids.length === 0) return [];
  const workDir = await makeWorkFolder();
  try {
    const [dockerfilePath, folder] = [join(workDir, 'Dockerfile'), join(workDir, 'found')];
    await writeFile(dockerfilePath, probeOf(ids));
    // What is looked for comes as a secret of its own: a step's text is kept in the build cache.
    const secrets = [{ id: 'needles', value: traceFormsInLines(secret.value).join('\n') }];
    const end = await solve(
      {
        ...{ contextDir: workDir, dockerfilePath, model: undefined, learner: build.learner, secrets },
        ...{ output: { folder }, timeoutMs: limits.evidence.phaseTimeoutMs },
      },
      { engine, slot, signal, onStatus: () => {} },
    );
    throwIfCancelled(signal);
    if (end.exitCode !== 0) {
      const cause = new Error(end.plain.slice(-2_000));
      throw new StagecraftError('engine_unavailable', 'The cache mounts could not be looked into.', { cause });
    }
    const found = (await readFile(join(folder, 'found'), 'utf8')).split('\n');
    return ids.filter((_, index) => found.includes(String(index)));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Of the stages that the image needs, each once: what BuildKit calls a cache mount, its target where it has no id. */
export function cacheIds(model: DockerfileModel): string[] {
  const mounts = model.stages
    .filter(({ reachable }) => reachable)
    .flatMap(({ instructions }) => instructions.flatMap((instruction) => instruction.mounts))
    .filter(({ type }) => type?.toLowerCase() === 'cache');
  const ids = mounts.flatMap(({ id, target, dst, destination }) => id ?? target ?? dst ?? destination ?? []);
  // Nothing that could be anything else than an id in the text of our own Dockerfile; variables are not filled in.
  return [...new Set(ids)].filter((id) => /^[\w./@:-]{1,200}$/.test(id)).slice(0, limits.evidence.cacheMountsMax);
}

function probeOf(ids: string[]): string {
  const mounts = ids.map((id, index) => `--mount=type=cache,id=${id},target=/caches/${index}`);
  const each = 'for n in *; do grep -rqaF -f /run/secrets/needles "$n" && echo "$n" >> /found; done; true';
  // The number is no secret: it only keeps an earlier answer from being taken from the cache.
  const command = ['sh', '-c', `: ${randomBytes(8).toString('hex')}; touch /found; cd /caches && ${each}`];
  return [
    `FROM ${toolboxImage} AS look`,
    'USER 0:0',
    `RUN --mount=type=secret,id=needles ${mounts.join(' ')} ${JSON.stringify(command)}`,
    'FROM scratch',
    'COPY --from=look /found /found',
    '',
  ].join('\n');
}
