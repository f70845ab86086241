/** Which shells a file system holds. */
import type { LayerEntry } from '../../engine/engine.ts';
import type { ImageEvidence } from '../../evidence/evidence.ts';
import { limits } from '../../limits.ts';
import { budgetForAll, isSpent, resolvePath } from './resolve-path.ts';

/** Programs that read commands; BusyBox and Toybox have one built in, whatever they are asked for. */
const SHELLS = /^(?:sh|bash|rbash|ash|dash|zsh|ksh|mksh|busybox|busybox[.-]\w+|toybox)$/;

export interface Shell {
  path: string;
  layer: number;
}

/** Links of other names need no look: the shell at their end is found under its own name. */
export function shellsIn(files: ImageEvidence['files']): Shell[] {
  const found: Shell[] = [];
  const budget = budgetForAll();
  let links = 0;
  for (const [path, entry] of files) {
    if (!SHELLS.test(baseName(path))) continue;
    if (entry.type === 'symlink') {
      links += 1;
      // Past the limits a link called like a shell counts as one: no image of good faith has thousands.
      const isLooked = links <= limits.judge.shellLinksMax && !isSpent(budget);
      if (isLooked && !isProgram(resolvePath(files, path, budget)) && !isSpent(budget)) continue;
    } else if (!isProgram(entry)) continue;
    found.push({ path, layer: entry.layer });
  }
  return found.toSorted((one, other) => one.path.length - other.path.length || one.path.localeCompare(other.path));
}

function isProgram(entry: LayerEntry | undefined): boolean {
  return entry?.type === 'file' && (entry.mode & 0o111) !== 0;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
