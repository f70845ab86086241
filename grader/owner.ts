/**
 * Whose a container or a folder is: it names the process that made it, so that what a crashed grader left can be told from
 * what another grader on the same engine is using right now.
 */
import { readFileSync } from 'node:fs';

export const OWNER_LABEL = 'stagecraft.owner';

/** `<pid>.<start time>`: a pid alone is used again after a while. */
export function ownerId(pid: number = process.pid): string {
  return `${pid}.${startTimeOf(pid) ?? 'unknown'}`;
}

/** Whether the process that this label names still runs. A label that is not ours counts as alive: not ours to remove. */
export function isOwnerAlive(owner: string): boolean {
  const [, digits, startTime] = /^(\d+)\.(\w+)$/.exec(owner) ?? [];
  if (digits === undefined) return true;
  const pid = Number(digits);
  if (!exists(pid)) return false;
  const now = startTimeOf(pid);
  return now === undefined || startTime === 'unknown' || now === startTime;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks since boot, from `/proc`; undefined where there is none. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
