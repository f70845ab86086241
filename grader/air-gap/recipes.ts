/** What a bundle and a checkout have to agree on, and where its parts lie in this installation. */
import { join } from 'node:path';
import { lockHash } from '../../bin/prepare.mjs';
import { type InputSets, inputSets, inputsHash } from '../catalogue/stand-in/input-sets.ts';
import { rootfsDir, rootfsRecipe } from '../engine/host/rootfs.ts';
import { engineNetwork } from '../engine/instance.ts';
import type { Settings } from '../settings.ts';
import type { BundleRecipes } from './bundle-file.mjs';

export const mirrorUrl = `http://${engineNetwork.buildGateway}:${engineNetwork.mirrorPort}`;

/**
 * Of this checkout. The images' own recipe is not among them: it contains the sandbox CA, which every cache folder has
 * for itself (its private key is not handed on), so images are built on the spot from what the bundle brings.
 */
export function recipesHere(sets: InputSets = inputSets()): BundleRecipes {
  return { npm: lockHash(), engine: rootfsRecipe, catalogue: inputsHash(sets) };
}

export interface Places {
  engine: string;
  catalogue: string;
  packages: string;
  site: string;
  /** Holds one flat repository per release. */
  host: string;
}

/** Where each part's contents belong. */
export function placesIn(settings: Pick<Settings, 'cacheDir' | 'siteDir'>): Places {
  return {
    engine: rootfsDir(settings.cacheDir),
    catalogue: join(settings.cacheDir, 'catalogue'),
    packages: join(settings.cacheDir, 'packages'),
    site: settings.siteDir,
    host: join(settings.cacheDir, 'host-packages'),
  };
}
