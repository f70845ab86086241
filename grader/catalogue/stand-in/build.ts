/** Builds one stage of the stand-in Dockerfile inside the sandbox engine, in a slot like any other build. */

import { join } from 'node:path';
import type { Engine, Slot } from '../../engine/engine.ts';
import { StagecraftError } from '../../errors.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import { labelPrefix } from '../image-names.ts';
import { lastLines, runCommand } from '../run-command.ts';
import { standInDockerfile, standInFiles } from './recipe.ts';

export interface BuildContext {
  engine: Engine;
  /**
   * One slot for all: BuildKit's cache keys contain the cgroup, so a stage that two images share would be built once per
   * slot.
   */
  slot: Slot;
  /** The downloaded inputs: the build context. */
  inputsDir: string;
  /** A folder that holds `ca.pem`, the sandbox CA, and nothing else. */
  sandboxDir: string;
  mirrorUrl: string;
  recipe: string;
  signal?: AbortSignal | undefined;
}

/** Builds and tags one image. @throws StagecraftError with the end of the build log when it does not build */
export async function buildStandIn(context: BuildContext, entry: CatalogueEntry): Promise<void> {
  const labels = {
    source: 'stand-in',
    from: entry.madeFrom,
    differs: entry.differs,
    recipe: context.recipe,
  };
  await buildTarget(context, entry.target, [
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${labelPrefix}${name}=${value}`]),
    ...[entry.name, ...entry.aliases].flatMap((name) => ['--tag', name]),
  ]);
}

/** Builds one stage and hands its result to `output` flags of buildx. */
export async function buildTarget(context: BuildContext, target: string, output: string[]): Promise<void> {
  const { engine, slot, signal } = context;
  const result = await runCommand(
    [
      engine.buildx.command,
      'build',
      '--progress=plain',
      '--network=none',
      `--cgroup-parent=${slot.cgroupParent}`,
      `--file=${standInDockerfile}`,
      `--target=${target}`,
      `--build-arg=MIRROR=${context.mirrorUrl}`,
      // Named contexts rather than folders of one: each is sent once, whichever stages a build needs.
      `--build-context=debian=${join(context.inputsDir, 'debian')}`,
      `--build-context=npm=${join(context.inputsDir, 'npm')}`,
      `--build-context=files=${standInFiles}`,
      `--build-context=sandbox=${context.sandboxDir}`,
      ...output,
      context.inputsDir,
    ],
    { env: { ...engine.buildx.env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }, signal },
  );
  if (result.exitCode === 0) return;
  throw new StagecraftError('internal', `The stage ${target} could not be built: ${whatWentWrong(result.stderr)}`, {
    retryable: true,
    cause: result.stderr,
  });
}

/** What the failing step printed last, out of buildx's plain log (`#9 0.091 text`). */
function whatWentWrong(log: string): string {
  const printed = log.split('\n').filter((line) => /^#\d+ \d+\.\d+ /.test(line));
  const text = printed.map((line) => line.replace(/^#\d+ \d+\.\d+ /, '')).join('\n');
  return (lastLines(text, 3) || lastLines(log, 1)).slice(0, 600);
}
