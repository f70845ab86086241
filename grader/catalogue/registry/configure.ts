/** Turns a pulled image into one of the catalogue: loaded into the sandbox engine, configured for the mirror, labelled. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, Slot } from '../../engine/engine.ts';
import { StagecraftError } from '../../errors.ts';
import type { CatalogueEntry } from '../catalogue.ts';
import { toolboxImage } from '../entries.ts';
import { labelPrefix } from '../image-names.ts';
import { untilLoaded } from '../load-answer.ts';
import { lastLines, runCommand } from '../run-command.ts';
import { standInFiles } from '../stand-in/recipe.ts';
import { type PulledImage, type RegistryClient, RegistryFailure } from './client.ts';
import type { Platform } from './lock.ts';

const folder = import.meta.dirname;
const files = join(folder, 'files');

/** Where an image of the registry differs from the official one, for its label and for people. */
export const registryDiffers =
  'Package managers use the package mirror; apt-get and apk install only what it holds. Every other spelling of the name means this one image.';

export interface RegistryRecipe {
  mirrorUrl: string;
  sandboxCa: string;
}

/** Identifies the image that comes out for an entry: the official one, what is put on top, all names. */
export async function registryRecipe(
  recipe: RegistryRecipe,
  pinned: { entry: CatalogueEntry; digest: string },
): Promise<string> {
  const texts = [
    ...[join(folder, 'Dockerfile'), join(files, 'configure')],
    ...['base/npmrc', 'base/apk', 'python/pip.conf', 'python/uv.toml', 'java/settings.xml', 'rust/config.toml'].map(
      (name) => join(standInFiles, name),
    ),
  ].map((file) => readFile(file, 'utf8'));
  const { name, aliases } = pinned.entry;
  const parts = [name, aliases, pinned.digest, recipe.mirrorUrl, recipe.sandboxCa, registryDiffers];
  const all = JSON.stringify([...parts, ...(await Promise.all(texts))]);
  return createHash('sha256').update(all).digest('hex').slice(0, 16);
}

export interface ConfigureRequest {
  engine: Engine;
  slot: Slot;
  client: RegistryClient;
  entry: CatalogueEntry;
  pulled: PulledImage;
  digest: string;
  platform: Platform;
  recipe: RegistryRecipe & { hash: string };
  /** A folder of ours for the archive (as large as the image, unpacked) and the build context. */
  scratch: string;
  signal?: AbortSignal | undefined;
}

/** @throws RegistryFailure `damaged` when a blob on disk is, StagecraftError with the end of the build log */
export async function configureImage(request: ConfigureRequest): Promise<void> {
  const { engine, entry, digest } = request;
  const official = `stagecraft/official:${entry.target}-${digest.slice(7, 19)}`;
  await load(request, official);
  try {
    await refuseOtherPlatform(request, official);
    await buildOnTop(request, official);
  } finally {
    // Its layers stay below the image that was built on it; only the name goes.
    await engine.docker
      .getImage(official)
      .remove({ noprune: true })
      .catch(() => {});
  }
}

/** By way of a file: a damaged blob is then seen before the engine gets anything. */
async function load({ engine, client, pulled, scratch, signal }: ConfigureRequest, name: string): Promise<void> {
  const file = join(scratch, 'official.tar');
  try {
    await client.archive(pulled, { name, file, signal });
    const answer = await engine.docker.loadImage(createReadStream(file, { signal }), { quiet: true });
    await untilLoaded(engine.docker, answer);
  } catch (error) {
    if (signal?.aborted) throw new StagecraftError('cancelled', 'Loading a base image was stopped.', { cause: error });
    throw error;
  } finally {
    await rm(file, { force: true });
  }
}

async function refuseOtherPlatform({ engine, platform, entry }: ConfigureRequest, name: string): Promise<void> {
  const { Os, Architecture } = await engine.docker.getImage(name).inspect();
  const found = `${Os}/${Architecture}`;
  if (found === platform) return;
  throw new RegistryFailure(
    'other',
    `The digest that is pinned of ${entry.name} for ${platform} is an image for ${found}. Pin it again: npx stagecraft catalogue update --write`,
  );
}

async function buildOnTop(request: ConfigureRequest, official: string): Promise<void> {
  const { engine, slot, entry, recipe, scratch, signal } = request;
  const sandbox = join(scratch, 'sandbox');
  const context = join(scratch, 'context');
  await mkdir(sandbox, { recursive: true });
  await mkdir(context, { recursive: true });
  await writeFile(join(sandbox, 'ca.pem'), recipe.sandboxCa);
  const labels = {
    source: 'registry',
    // Not where it was pulled from: a school's own registry is nobody's business in a build.
    from: `${entry.name}@${request.digest}`,
    digest: request.digest,
    differs: registryDiffers,
    recipe: recipe.hash,
  };
  const result = await runCommand(
    [
      ...[engine.buildx.command, 'build', '--progress=plain', '--network=none'],
      ...[`--cgroup-parent=${slot.cgroupParent}`, `--file=${join(folder, 'Dockerfile')}`],
      ...[`--build-arg=OFFICIAL=${official}`, `--build-arg=TOOLBOX=${toolboxImage}`],
      `--build-arg=MIRROR=${recipe.mirrorUrl}`,
      ...[`--build-context=files=${files}`, `--build-context=stand-in=${standInFiles}`],
      `--build-context=sandbox=${sandbox}`,
      ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${labelPrefix}${name}=${value}`]),
      ...['--tag', entry.name, context],
    ],
    // Only what the engine says: the host's proxy variables would reach the build as arguments.
    { env: { ...engine.buildx.env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }, signal },
  );
  if (result.exitCode === 0) return;
  throw new StagecraftError(
    'internal',
    `The official image ${entry.name} could not be configured for the package mirror: ${lastLines(result.stderr, 2).slice(0, 600)}`,
    { retryable: true, cause: result.stderr },
  );
}
