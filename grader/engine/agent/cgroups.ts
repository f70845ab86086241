/**
 * The engine's own cgroup subtree, on cgroup v1 (one tree per controller) and v2 (one tree): making groups with limits
 * that are read back, measuring them and emptying them.
 *
 * cgroup v1 is what this was developed on; the v2 half follows the kernel's documentation and has not been tried on a machine.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CgroupLimits } from './protocol.ts';

type Controller = 'memory' | 'pids' | 'cpu';
const controllers: readonly Controller[] = ['memory', 'pids', 'cpu'];
const cpuPeriodUs = 100_000;

/** One limit as a file: `expected` is what must be read back (a number) for the limit to count as in force. */
export interface LimitFile {
  controller: Controller;
  file: string;
  value: string;
  expected: string;
  /** Kernels without swap accounting don't have the file, and then there is nothing to limit. */
  optional: boolean;
}

/** The files and values that put limits in force, in the order they must be written. */
export function limitFiles(version: 1 | 2, limits: CgroupLimits): LimitFile[] {
  const memory = String(pageAligned(limits.memoryBytes));
  const quota = String(Math.round(limits.cpus * cpuPeriodUs));
  const file = (controller: Controller, name: string, value: string, optional = false): LimitFile => ({
    controller,
    file: name,
    value,
    expected: value,
    optional,
  });
  if (version === 1) {
    return [
      file('memory', 'memory.limit_in_bytes', memory),
      file('memory', 'memory.memsw.limit_in_bytes', memory, true),
      file('pids', 'pids.max', String(limits.pidsMax)),
      file('cpu', 'cpu.cfs_period_us', String(cpuPeriodUs)),
      file('cpu', 'cpu.cfs_quota_us', quota),
    ];
  }
  return [
    file('memory', 'memory.max', memory),
    file('memory', 'memory.swap.max', '0', true),
    file('pids', 'pids.max', String(limits.pidsMax)),
    file('cpu', 'cpu.max', `${quota} ${cpuPeriodUs}`),
  ];
}

/** The kernel rounds memory limits down to pages; asked for aligned, what is read back is what was written. */
function pageAligned(bytes: number): number {
  return Math.floor(bytes / 4096) * 4096;
}

export interface CgroupUsage {
  memoryPeakBytes: number;
  oomKills: number;
  pidsPeak: number;
}

export class CgroupTree {
  readonly version: 1 | 2;
  readonly #root: string;

  /** @param root where the cgroup file systems are mounted, `/sys/fs/cgroup` */
  constructor(root: string) {
    this.#root = root;
    this.version = existsSync(join(root, 'cgroup.controllers')) ? 2 : 1;
    if (this.version === 1) {
      const missing = controllers.filter((controller) => !existsSync(join(root, controller, 'cgroup.procs')));
      if (missing.length > 0) throw new Error(`cgroup controllers not mounted below ${root}: ${missing.join(', ')}`);
    }
  }

  /** The directories that together are the group; one per controller on v1. */
  dirs(name: string): string[] {
    if (this.version === 2) return [join(this.#root, name)];
    return controllers.map((controller) => join(this.#root, controller, name));
  }

  #dir(name: string, controller: Controller): string {
    return this.version === 2 ? join(this.#root, name) : join(this.#root, controller, name);
  }

  /**
   * Moves every process that sits directly in the root into `name` and, on v2, hands the controllers down: a v2 group
   * can have processes or limited children, not both.
   */
  vacateRoot(name: string): void {
    for (const dir of this.dirs(name)) mkdirSync(dir, { recursive: true });
    for (const [index, dir] of this.dirs('').entries()) {
      const target = join(this.dirs(name)[index] as string, 'cgroup.procs');
      for (const pid of readPids(dir)) tryWrite(target, String(pid));
    }
    if (this.version === 2) this.#handDown('');
  }

  #handDown(name: string): void {
    const dir = join(this.#root, name);
    const has = readFileSync(join(dir, 'cgroup.controllers'), 'utf8').trim().split(/\s+/);
    for (const controller of has) tryWrite(join(dir, 'cgroup.subtree_control'), `+${controller}`);
    const enabled = readFileSync(join(dir, 'cgroup.subtree_control'), 'utf8');
    const missing = controllers.filter((controller) => !enabled.split(/\s+/).includes(controller));
    if (missing.length > 0) throw new Error(`cgroup controllers not delegated to ${dir}: ${missing.join(', ')}`);
  }

  /** Makes a group with its limits in force, or throws. `parentOfContainers`: containers get groups below it. */
  create(name: string, limits: CgroupLimits, parentOfContainers: boolean): void {
    for (const dir of this.dirs(name)) mkdirSync(dir, { recursive: true });
    for (const { controller, file, value, optional } of limitFiles(this.version, limits)) {
      const path = join(this.#dir(name, controller), file);
      if (optional && !existsSync(path)) continue;
      writeFileSync(path, value);
    }
    if (this.version === 2 && parentOfContainers) this.#handDown(name);
    this.verify(name, limits);
  }

  /** Throws, naming file and value, unless every limit is in force: a missing group is silently unlimited. */
  verify(name: string, limits: CgroupLimits): void {
    for (const { controller, file, expected, optional } of limitFiles(this.version, limits)) {
      const path = join(this.#dir(name, controller), file);
      if (optional && !existsSync(path)) continue;
      const found = readFileSync(path, 'utf8').trim();
      if (found !== expected) throw new Error(`${path} is ${found}, not ${expected}`);
    }
  }

  usage(name: string): CgroupUsage {
    const memory = this.#dir(name, 'memory');
    const v1 = this.version === 1;
    return {
      memoryPeakBytes: readNumber(join(memory, v1 ? 'memory.max_usage_in_bytes' : 'memory.peak')),
      oomKills: readField(join(memory, v1 ? 'memory.oom_control' : 'memory.events'), 'oom_kill'),
      pidsPeak: readNumber(join(this.#dir(name, 'pids'), 'pids.peak')),
    };
  }

  /** Pids of every process in the group and below it, as seen from the agent's pid namespace. */
  pids(name: string): number[] {
    const found: number[] = [];
    const visit = (dir: string): void => {
      found.push(...readPids(dir));
      for (const child of childDirs(dir)) visit(child);
    };
    visit(this.#dir(name, 'pids'));
    return found.filter((pid) => pid > 0);
  }

  /** Kills everything in the group and removes it with all groups below. Throws when something survives `timeoutMs`. */
  async destroy(name: string, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const killed = this.killAll(name);
      if (killed === 0 && this.dirs(name).every((dir) => removeTree(dir))) return;
      if (Date.now() > deadline) throw new Error(`cgroup ${name} still holds processes ${timeoutMs} ms after SIGKILL`);
      await wait(2);
    }
  }

  /** SIGKILL to every process of the group; the number that were still there. */
  killAll(name: string): number {
    if (this.version === 2) tryWrite(join(this.#root, name, 'cgroup.kill'), '1');
    const pids = this.pids(name);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself between the listing and the kill.
      }
    }
    return pids.length;
  }
}

function readPids(dir: string): number[] {
  try {
    return readFileSync(join(dir, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function childDirs(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(dir, entry.name));
  } catch {
    return [];
  }
}

/** Removes a cgroup directory from the leaves up; false while the kernel still holds one. */
function removeTree(dir: string): boolean {
  const childrenGone = childDirs(dir).every((child) => removeTree(child));
  try {
    rmdirSync(dir);
    return childrenGone;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function tryWrite(path: string, value: string): void {
  try {
    writeFileSync(path, value);
  } catch {
    // The process has ended, or the kernel lacks the file; callers that depend on it read back.
  }
}

function readNumber(path: string): number {
  try {
    const value = Number(readFileSync(path, 'utf8').trim());
    return Number.isFinite(value) ? value : 0;
  } catch {
    return 0;
  }
}

function readField(path: string, field: string): number {
  try {
    const line = readFileSync(path, 'utf8')
      .split('\n')
      .find((text) => text.startsWith(`${field} `));
    return line === undefined ? 0 : Number(line.split(' ')[1]);
  } catch {
    return 0;
  }
}
