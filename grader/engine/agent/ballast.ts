/**
 * A file that only takes up room. On a full disk dockerd can neither start nor prune, because both write; giving the
 * file's room back lets it. (ext4's own reserve does not help: learners' writes reach the disk with dockerd's identity.)
 */
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const bytesMax = 256 * 1024 ** 2;
/** dockerd needs about this much to start and prune. */
const neededBytes = 32 * 1024 ** 2;

export class Ballast {
  readonly #dir: string;

  /** @param dir a folder on the engine's disk */
  constructor(dir: string) {
    this.#dir = dir;
  }

  get #file(): string {
    return join(this.#dir, 'stagecraft-ballast');
  }

  /** Gives the room back when dockerd could not work without it. */
  dropIfFull(): void {
    const { bavail, bsize } = statfsSync(this.#dir);
    if (bavail * bsize < neededBytes) rmSync(this.#file, { force: true });
  }

  /** Takes the room again as soon as there is plenty. */
  restore(): void {
    const { bavail, bsize, blocks } = statfsSync(this.#dir);
    const bytes = Math.min(bytesMax, Math.floor((blocks * bsize) / 20));
    if (statSync(this.#file, { throwIfNoEntry: false }) !== undefined || bavail * bsize < bytes * 3) return;
    execFileSync('fallocate', ['-l', String(bytes), this.#file]);
  }
}
