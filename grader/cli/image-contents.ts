/** What stands in an image besides bytes: how many packages somebody has to keep up to date, and what could be run. */

import { mergeLayers } from '../contract/merge-layers.ts';
import type { LayerEntry } from '../engine/engine.ts';

export interface ImageContents {
  /** Of Debian; undefined where the image keeps another list, or none. */
  packages?: number;
  /** Names in the folders that a PATH usually names. */
  programs: number;
}

/** dpkg keeps a list of files for each package; distroless images keep a status file instead. */
const debianPackage = /^\/var\/lib\/dpkg\/(?:info\/[^/]+\.list|status\.d\/[^/]+(?<!\.md5sums))$/;
const program = /^\/(?:usr\/|usr\/local\/)?s?bin\/[^/]+$|^\/busybox\/[^/]+$/;

export function imageContents(layers: readonly { entries: readonly LayerEntry[] }[]): ImageContents {
  let packages = 0;
  let programs = 0;
  for (const [path, { type, mode }] of mergeLayers(layers)) {
    if (type === 'directory') continue;
    if (debianPackage.test(path)) packages += 1;
    // A link counts: BusyBox is three hundred programs by its links.
    else if (program.test(path) && (type === 'symlink' || (mode & 0o111) !== 0)) programs += 1;
  }
  return { programs, ...(packages > 0 && { packages }) };
}
