/** Room for the engine's disk and the database in the home, for downloads and images in the cache. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatSize } from '../checks/format-size.ts';
import { limits } from '../limits.ts';
import type { DoctorItem } from './item.ts';

export interface Room {
  id: 'disk-home' | 'disk-cache';
  title: string;
  folder: string;
  /** The variable that chooses the folder. */
  variable: string;
}

export function diskItem(room: Room, freeBytes: number): DoctorItem {
  const { needBytes, goodBytes } = room.id === 'disk-home' ? limits.doctor.home : limits.doctor.cache;
  const item = { id: room.id, title: room.title };
  const found = `${formatSize(freeBytes)} free for ${room.folder}`;
  if (freeBytes >= goodBytes) return { ...item, state: 'ok', found };
  const mend = `Make room there, or set ${room.variable} to a folder on a larger disk.`;
  if (freeBytes >= needBytes)
    return { ...item, state: 'warning', found: `${found}; ${formatSize(goodBytes)} are comfortable`, mend };
  return { ...item, state: 'missing', found: `${found}; at least ${formatSize(needBytes)} are needed`, mend };
}

/** Free bytes for this user where the folder is or will be. */
export async function freeBytesAt(folder: string): Promise<number> {
  let there = folder;
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there);
  const { bavail, bsize } = await statfs(there);
  return bavail * bsize;
}
