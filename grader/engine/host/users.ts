/** Which Stagecraft processes use an engine: one file per use, which counts only while its process lives. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, markProcess, type ProcessMark } from './processes.ts';

let lastUse = 0;

/** Registers this process. @returns the way to leave */
export function registerUser(usersDir: string): () => void {
  const mark = markProcess(process.pid);
  if (mark === undefined) throw new Error('/proc does not show this process.');
  mkdirSync(usersDir, { recursive: true });
  lastUse += 1;
  const file = join(usersDir, `${mark.pid}-${mark.startTicks}-${lastUse}.json`);
  writeFileSync(file, JSON.stringify(mark));
  return () => rmSync(file, { force: true });
}

/** Pids of the uses whose process lives, one per use; files of dead processes are removed. */
export function liveUsers(usersDir: string): number[] {
  const live: number[] = [];
  for (const name of listOrNothing(usersDir)) {
    const file = join(usersDir, name);
    const mark = readMark(file);
    if (mark !== undefined && isAlive(mark)) live.push(mark.pid);
    else rmSync(file, { force: true });
  }
  return live;
}

function listOrNothing(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function readMark(file: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessMark;
  } catch {
    return undefined;
  }
}
