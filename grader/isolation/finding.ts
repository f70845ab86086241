/** What the judges of single walls share: the subject of a sentence, and a wall that could not be tried. */
import type { Wall } from './isolation.ts';
import type { Attack } from './observed.ts';

export type PlaceName = 'build' | 'run';

export const subject: Record<PlaceName, string> = { build: 'A build', run: 'A container' };

export interface Finding {
  held: boolean;
  seen: string;
}

/** Makes a wall of what was found; `mend` and the rest are told once, beside the rule. */
export function wall(told: Pick<Wall, 'id' | 'title' | 'attempted' | 'mend'>, { held, seen }: Finding): Wall {
  return { id: told.id, title: told.title, held, attempted: told.attempted, seen, mend: told.mend };
}

/** A finding when one of these attempts left no line, or undefined when all were made. */
export function notTried({ tries, trouble }: Attack, names: readonly string[]): Finding | undefined {
  const missing = names.filter((name) => tries[name] === undefined);
  if (missing.length === 0) return undefined;
  const why = trouble === undefined ? '' : ` ${trouble.trim().slice(0, 300)}`;
  return { held: false, seen: `It could not be tried: no trace of ${missing.join(', ')}.${why}` };
}
