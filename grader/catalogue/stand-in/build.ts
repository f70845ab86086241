/** Builds one stage of the stand-in Dockerfile inside the sandbox engine, in a slot like any other build. */

import { join } from 'node:path';
import type { Engine, Slot } from '../../engine/engine.ts';
import { StagecraftError } from '../../errors.ts';
import type { ProgressSink } from '../../progress.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import { labelPrefix } from '../image-names.ts';
import { lastLines, runCommand } from '../run-command.ts';
import { type InputName, type InputSets, inputPath } from './input-sets.ts';
import { prepareInputs } from './inputs.ts';
import { type Recipes, rootArgument, standInDockerfile, standInFiles } from './recipe.ts';

export interface BuildContext {
  engine: Engine;
  /**
   * One slot for all: BuildKit's cache keys contain the cgroup, so a stage that two images share would be built once per
   * slot.
   */
  slot: Slot;
  /** `<cacheDir>/catalogue`, with the downloads: the build context. */
  catalogueDir: string;
  sets: InputSets;
  /** A folder that holds `ca.pem`, the sandbox CA, and nothing else. */
  sandboxDir: string;
  mirrorUrl: string;
  recipes: Recipes;
  progress: ProgressSink;
  signal?: AbortSignal | undefined;
}

/** Builds and tags one image. @throws StagecraftError with the end of the build log when it does not build */
export async function buildStandIn(context: BuildContext, entry: CatalogueEntry): Promise<void> {
  const labels = {
    source: 'stand-in',
    from: entry.madeFrom,
    differs: entry.differs,
    recipe: context.recipes.image(entry),
  };
  await buildTarget(context, entry.target, [
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${labelPrefix}${name}=${value}`]),
    ...[entry.name, ...entry.aliases].flatMap((name) => ['--tag', name]),
  ]);
}

/** Builds one stage, of downloads that are made sure of, and hands its result to `output` flags of buildx. */
export async function buildTarget(context: BuildContext, target: string, output: string[]): Promise<void> {
  const { engine, slot, signal, catalogueDir, sets, progress } = context;
  const names = context.recipes.inputs(target);
  await prepareInputs({ sets, names, catalogueDir, progress, signal, outside: engine.outside });
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
      ...names.flatMap((name) => inputFlags(name, context)),
      `--build-context=files=${standInFiles}`,
      `--build-context=sandbox=${context.sandboxDir}`,
      ...output,
      catalogueDir,
    ],
    { env: { ...engine.buildx.env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }, signal },
  );
  if (result.exitCode === 0) return;
  throw new StagecraftError('internal', `The stage ${target} could not be built: ${whatWentWrong(result.stderr)}`, {
    retryable: true,
    cause: result.stderr,
  });
}

function inputFlags(name: InputName, { sets, catalogueDir }: BuildContext): string[] {
  const path = inputPath(name, sets[name]);
  return [
    `--build-context=${name}=${join(catalogueDir, path, 'packages')}`,
    `--build-arg=${rootArgument(name)}=${join(path, 'root.tar')}`,
  ];
}

/** What the failing step printed last, out of buildx's plain log (`#9 0.091 text`). */
function whatWentWrong(log: string): string {
  const printed = log.split('\n').filter((line) => /^#\d+ \d+\.\d+ /.test(line));
  const text = printed.map((line) => line.replace(/^#\d+ \d+\.\d+ /, '')).join('\n');
  return (lastLines(text, 3) || lastLines(log, 1)).slice(0, 600);
}
