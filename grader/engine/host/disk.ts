/**
 * The engine's data root: an ext4 file system in one sparse file, so that a disk filler meets its own end.
 *
 * It is mounted by runc inside the engine's mount namespace only. The loop device is told to clear itself as soon as
 * nothing uses it, so when the engine dies, mount and device go with it.
 */
import { readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StagecraftError } from '../../errors.ts';
import { run } from './processes.ts';

/** Less than this is not enough for the base images. */
const diskBytesMin = 8 * 1024 ** 3;

/** @throws StagecraftError `disk_full` when there is no room for a useful disk */
export async function ensureDisk(file: string, bytes: number): Promise<void> {
  if (await stat(file).catch(() => undefined)) return;
  if (bytes < diskBytesMin) {
    const { bavail, bsize } = await statfs(dirname(file));
    throw new StagecraftError(
      'disk_full',
      `The sandbox engine needs ${gib(diskBytesMin)} GiB of disk besides a reserve of 4 GiB; ${dirname(file)} has ${gib(bavail * bsize)} GiB free. Make room, or set STAGECRAFT_HOME to a folder on a larger disk.`,
    );
  }
  const temporary = `${file}.unfinished`;
  await rm(temporary, { force: true });
  await run('truncate', ['-s', String(Math.floor(bytes / 4096) * 4096), temporary]);
  await run('mkfs.ext4', ['-q', '-m', '0', '-E', 'lazy_itable_init=1,lazy_journal_init=1', temporary]);
  await rename(temporary, file);
}

/** Replays the journal and mends what a crash left. @returns false when the file system is beyond repair */
export async function checkDisk(file: string): Promise<boolean> {
  if (!(await stat(file).catch(() => undefined))) return true;
  try {
    await run('e2fsck', ['-p', file], { timeoutMs: 5 * 60_000 });
    return true;
  } catch (error) {
    // 1: mended. 4 and more: not mended, or e2fsck could not work.
    return ((error as StagecraftError).cause as { code?: number }).code === 1;
  }
}

/** @returns the loop device, `/dev/loop3` */
export async function attachDisk(file: string): Promise<string> {
  return (await run('losetup', ['--find', '--show', file])).trim();
}

/** Detaches the device now, or, while something has it mounted, as soon as that ends. */
export async function releaseDevice(device: string): Promise<void> {
  await run('losetup', ['--detach', device]);
}

/** Loop devices that are backed by the file. */
export async function devicesOf(file: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir('/sys/block')).filter((one) => /^loop\d+$/.test(one))) {
    const backing = await readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '');
    if (backing.trim().replace(/ \(deleted\)$/, '') === file) found.push(`/dev/${name}`);
  }
  return found;
}

function gib(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
