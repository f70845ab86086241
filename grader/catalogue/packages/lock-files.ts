/** The files that say which packages a folder needs; a folder with one of them can be filled. */
import { isPythonLock } from './python/lock-names.ts';

const lockFileNames: readonly string[] = ['package-lock.json', 'go.mod', 'Cargo.lock', 'pom.xml'];

/** For messages. */
export const lockFileExamples = [...lockFileNames, 'requirements.txt', 'uv.lock'].join(', ');

export function isLockFile(name: string): boolean {
  return lockFileNames.includes(name) || isPythonLock(name);
}
