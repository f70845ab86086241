/**
 * What runc does for an engine that it launches, and what an engine that is a container of an existing Docker does for
 * itself: cgroups that can be written to, and the disk of bounded size.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AgentConfig } from './protocol.ts';

/** Mount points of cgroup file systems, of which Docker mounts all read-only, from the lines of `/proc/self/mountinfo`. */
export function cgroupMounts(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] as string);
}

/** @throws when a step fails, with the words of the command */
export function prepareContainer({ container, paths }: AgentConfig): void {
  if (container === undefined) return;
  for (const path of cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'))) {
    run('mount', '-o', 'remount,bind,rw', path);
  }
  const { diskFile, diskBytes } = container;
  if (!isWhole(diskFile)) makeDisk(diskFile, diskBytes);
  makeLoopNodes();
  const device = run('losetup', '--find', '--show', diskFile).trim();
  try {
    run('mount', '-t', 'ext4', '-o', 'noatime,discard', device, paths.dataRoot);
  } finally {
    // From now on the mount alone holds the device; it goes when the engine does.
    run('losetup', '--detach', device);
  }
  mkdirSync(paths.layerIndex, { recursive: true });
}

/** Replays the journal and mends what a crash left; false when there is no disk or it is beyond repair. */
function isWhole(diskFile: string): boolean {
  if (!existsSync(diskFile)) return false;
  try {
    run('e2fsck', '-p', diskFile);
    return true;
  } catch (error) {
    // 1: mended. 4 and more: not mended.
    return (error as { status?: number }).status === 1;
  }
}

function makeDisk(diskFile: string, diskBytes: number): void {
  mkdirSync(dirname(diskFile), { recursive: true });
  rmSync(diskFile, { force: true });
  const unfinished = `${diskFile}.unfinished`;
  writeFileSync(unfinished, '');
  truncateSync(unfinished, Math.floor(diskBytes / 4096) * 4096);
  run('mkfs.ext4', '-q', '-m', '0', '-E', 'lazy_itable_init=1,lazy_journal_init=1', unfinished);
  renameSync(unfinished, diskFile);
}

const loopMajor = 7;
/** The kernel makes more devices when these are taken, and then their nodes would be missing here. */
const loopNodesMax = 64;

/** Docker's /dev has no loop devices; a node gives access to one that the kernel has or makes on demand. */
function makeLoopNodes(): void {
  for (let number = 0; number < loopNodesMax; number += 1) {
    const path = `/dev/loop${number}`;
    if (!existsSync(path)) run('mknod', '-m', '600', path, 'b', String(loopMajor), String(number));
  }
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
