/**
 * What `apt-get install` and `apk add` find in the mirror: the Debian packages that the images were made of anyway, and a
 * few archives for the alpine stand-ins' own apk.
 */
import { cp, link, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { madeOnce } from '../made-once.ts';
import { type BuildContext, buildTarget } from './build.ts';
import { inputPath } from './input-sets.ts';

/** Its recipe covers the Debian packages too, which it is made of. */
export const systemPackagesStage = 'apk-repository';

export interface SystemPackagesRequest {
  /** The mirror's tree. */
  packagesDir: string;
  /** Of the stage {@link systemPackagesStage}. */
  recipe: string;
  contextFor: () => Promise<BuildContext>;
}

/** Does nothing when this recipe's packages are there. */
export async function publishSystemPackages(request: SystemPackagesRequest): Promise<void> {
  const { packagesDir, recipe } = request;
  const system = join(packagesDir, '.system', recipe);
  await madeOnce(system, async (folder) => {
    const context = await request.contextFor();
    await mkdir(join(folder, 'apt'), { recursive: true });
    const debian = join(context.catalogueDir, inputPath('debian', context.sets.debian), 'packages');
    for (const name of await readdir(debian)) {
      if (name.endsWith('.deb') || name === 'Packages') await hardLink(join(debian, name), join(folder, 'apt', name));
    }
    await buildTarget(context, systemPackagesStage, [`--output=type=local,dest=${join(folder, 'apk')}`]);
  });
  for (const name of ['apt', 'apk']) await pointTo(join('.system', recipe, name), join(packagesDir, name));
}

/** The same bytes without the space; a copy where the file system has no links. */
async function hardLink(from: string, to: string): Promise<void> {
  await link(from, to).catch(async () => await cp(from, to));
}

/** A symbolic link within the mirror's tree, replaced in one step: requests see the old set or the new one. */
async function pointTo(target: string, path: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, path);
}
