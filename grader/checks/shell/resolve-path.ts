import type { LayerEntry } from '../../engine/engine.ts';
import { limits } from '../../limits.ts';

type Files = ReadonlyMap<string, LayerEntry & { layer: number }>;

const { symlinksMax, pathPartsMax } = limits.judge;

/** What may be spent on many paths together: thousands of links of a thousand parts each would take half a minute. */
export interface PathBudget {
  parts: number;
}

export const isSpent = ({ parts }: PathBudget): boolean => parts < 0;

export const budgetForAll = (): PathBudget => ({ parts: limits.judge.pathPartsOfAllMax });

/**
 * Follows symbolic links through a merged file system, also those of folders (`/bin → usr/bin`).
 * @returns the entry at the end, or undefined when a link leads nowhere or in circles, or the budget is spent.
 */
export function resolvePath(
  files: Files,
  path: string,
  budget: PathBudget = { parts: pathPartsMax },
): (LayerEntry & { layer: number }) | undefined {
  const rest = path.split('/');
  let resolved = '';
  let links = 0;
  let parts = 0;
  while (rest.length > 0) {
    parts += 1;
    budget.parts -= 1;
    if (budget.parts < 0 || parts > pathPartsMax || rest.length > pathPartsMax) return undefined;
    const part = rest.shift() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      resolved = resolved.slice(0, Math.max(0, resolved.lastIndexOf('/')));
      continue;
    }
    const entry = files.get(`${resolved}/${part}`);
    if (entry?.type !== 'symlink') {
      resolved += `/${part}`;
      continue;
    }
    const target = entry.linkTarget ?? '';
    links += 1;
    if (links > symlinksMax) return undefined;
    if (target.startsWith('/')) resolved = '';
    rest.unshift(...target.split('/'));
  }
  return files.get(resolved);
}
