import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, markProcess, type ProcessMark } from './processes.ts';
import { liveUsers, registerUser } from './users.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stagecraft-users-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('each use counts, and leaving ends one of them', () => {
  const leave = registerUser(dir);
  registerUser(dir);
  expect(liveUsers(dir)).toEqual([process.pid, process.pid]);
  leave();
  leave();
  expect(liveUsers(dir)).toEqual([process.pid]);
});

test('a process that ended without leaving is forgotten', () => {
  const own = markProcess(process.pid) as ProcessMark;
  // The number of a living process, but not the process that registered.
  writeFileSync(join(dir, 'reused.json'), JSON.stringify({ ...own, startTicks: own.startTicks - 1 }));
  writeFileSync(join(dir, 'other-boot.json'), JSON.stringify({ ...own, bootId: 'another' }));
  writeFileSync(join(dir, 'torn.json'), '{"pid":');
  expect(liveUsers(dir)).toEqual([]);
  expect(readdirSync(dir)).toEqual([]);
});

test('no folder means no users', () => {
  expect(liveUsers(join(dir, 'nothing'))).toEqual([]);
});

test('a process that does not exist has no mark, this one is alive', () => {
  expect(markProcess(2 ** 22 + 1)).toBeUndefined();
  expect(isAlive(markProcess(process.pid) as ProcessMark)).toBe(true);
});
