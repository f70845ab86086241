/** What PostgreSQL's own words mean, for the person at the terminal. */
import { StagecraftError } from '../errors.ts';
import type { Place } from './postgres-place.ts';

/** Somebody else is at the door, or has only just left: wait and look again. */
export function isAnotherServer(output: string): boolean {
  return /lock file ".*" already exists|pre-existing shared memory block|Is another postmaster/.test(output);
}

/** The error to throw for the last words of `initdb` or `postgres`. */
export function explainPostgresFailure(output: string, place: Place): StagecraftError {
  const cause = new Error(output.trim() || 'no output');
  if (/No space left on device|could not extend file/.test(output)) {
    return new StagecraftError(
      'disk_full',
      `The database could not start: the disk with ${place.rootDir} is full. Free some space and start again.`,
      { cause },
    );
  }
  if (/Permission denied|Operation not permitted|EACCES|EPERM/.test(output)) {
    return new StagecraftError(
      'not_permitted',
      `The database could not start: it may not write to ${place.rootDir}. Give that folder to the user who runs Stagecraft, or set STAGECRAFT_HOME to another.`,
      { cause },
    );
  }
  if (/error while loading shared libraries: (\S+):/.test(output)) {
    const library = /error while loading shared libraries: (\S+):/.exec(output)?.[1];
    return new StagecraftError(
      'host_lacks',
      `The built-in database needs the library ${library}, which this system lacks. Install it, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
  const last = /(?:FATAL|PANIC|error):\s*(.+)/.exec(output)?.[1]?.trim();
  return new StagecraftError(
    'internal',
    `The database could not start${last ? `: ${last}` : ''}. Its log is ${place.logFile}.`,
    { cause },
  );
}

export function otherMajor(found: string, expected: string, place: Place): StagecraftError {
  return new StagecraftError(
    'conflict',
    `The database in ${place.dataDir} was made by PostgreSQL ${found}, and this Stagecraft brings PostgreSQL ${expected}. Go back to the Stagecraft that made it, or move the folder away to start with an empty database.`,
  );
}
