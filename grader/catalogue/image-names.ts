/** The names of a catalogue image in the engine: giving it all of them, and removing what lost its last one. */
import type Docker from 'dockerode';
import type { CatalogueEntry } from './catalogue.ts';

/** Labels that every image of the catalogue carries; images built on one inherit them. */
export const labelPrefix = 'org.stagecraft.catalogue.';
export const recipeLabel = `${labelPrefix}recipe`;

/** Runs `bring`, which makes the image under `entry.name`; then its other names mean it, and what they meant goes. */
export async function replaceImage(docker: Docker, entry: CatalogueEntry, bring: () => Promise<void>): Promise<void> {
  const replaced = await imageIdsOf(docker, [entry.name, ...entry.aliases]);
  await bring();
  await tagAliases(docker, entry);
  await removeUnnamed(docker, replaced);
}

async function imageIdsOf(docker: Docker, names: string[]): Promise<string[]> {
  const listed = await docker.listImages({ filters: { reference: names } });
  return listed.map((image) => image.Id);
}

async function tagAliases(docker: Docker, entry: CatalogueEntry): Promise<void> {
  for (const alias of entry.aliases) {
    const colon = alias.lastIndexOf(':');
    await docker.getImage(entry.name).tag({ repo: alias.slice(0, colon), tag: alias.slice(colon + 1) });
  }
}

/** Images of an older recipe that have lost their last name. By id: pruning by label would also take learners' images. */
async function removeUnnamed(docker: Docker, ids: string[]): Promise<void> {
  for (const id of ids) {
    const image = await docker
      .getImage(id)
      .inspect()
      .catch(() => undefined);
    // A container may still run on it; then the next start finds it again as nobody's, and the engine prunes it.
    if (image?.RepoTags?.length === 0)
      await docker
        .getImage(id)
        .remove()
        .catch(() => {});
  }
}
