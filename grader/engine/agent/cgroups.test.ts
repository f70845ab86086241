import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CgroupTree, limitFiles } from './cgroups.ts';

const limits = { memoryBytes: 256 * 1024 ** 2, pidsMax: 64, cpus: 1.5 };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagecraft-cgroups-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function fakeV1(): CgroupTree {
  for (const controller of ['memory', 'pids', 'cpu']) {
    mkdirSync(join(root, controller));
    writeFileSync(join(root, controller, 'cgroup.procs'), '');
  }
  return new CgroupTree(root);
}

/** The kernel makes these files with each group; here they must be there before. */
function fakeV2(...groups: string[]): CgroupTree {
  for (const group of ['', ...groups]) {
    mkdirSync(join(root, group), { recursive: true });
    writeFileSync(join(root, group, 'cgroup.controllers'), 'cpuset cpu io memory pids');
    writeFileSync(join(root, group, 'cgroup.procs'), '');
  }
  return new CgroupTree(root);
}

test('version 1 limits are one file per controller, memory before memory with swap', () => {
  expect(limitFiles(1, limits).map(({ controller, file, value }) => [controller, file, value])).toEqual([
    ['memory', 'memory.limit_in_bytes', '268435456'],
    ['memory', 'memory.memsw.limit_in_bytes', '268435456'],
    ['pids', 'pids.max', '64'],
    ['cpu', 'cpu.cfs_period_us', '100000'],
    ['cpu', 'cpu.cfs_quota_us', '150000'],
  ]);
});

test('version 2 limits allow no swap and put quota and period in one file', () => {
  expect(limitFiles(2, limits).map(({ file, value }) => [file, value])).toEqual([
    ['memory.max', '268435456'],
    ['memory.swap.max', '0'],
    ['pids.max', '64'],
    ['cpu.max', '150000 100000'],
  ]);
});

test('memory limits are whole pages, so that what is read back is what was written', () => {
  expect(limitFiles(1, { ...limits, memoryBytes: 10_000 })[0]?.value).toBe('8192');
});

test('the version is told by the mounted files', () => {
  expect(fakeV1().version).toBe(1);
  writeFileSync(join(root, 'cgroup.controllers'), '');
  expect(new CgroupTree(root).version).toBe(2);
});

test('a machine without the controllers is refused with their names', () => {
  mkdirSync(join(root, 'memory'));
  writeFileSync(join(root, 'memory', 'cgroup.procs'), '');
  expect(() => new CgroupTree(root)).toThrow(/pids, cpu/);
});

test('a version 1 group lies below each controller and a version 2 group is one folder', () => {
  expect(fakeV1().dirs('slot1')).toEqual(['memory', 'pids', 'cpu'].map((one) => join(root, one, 'slot1')));
  writeFileSync(join(root, 'cgroup.controllers'), '');
  expect(new CgroupTree(root).dirs('slot1')).toEqual([join(root, 'slot1')]);
});

test('creating a version 1 group writes every limit and skips swap where the kernel has no such file', () => {
  fakeV1().create('slot1', limits, true);
  expect(readFileSync(join(root, 'memory/slot1/memory.limit_in_bytes'), 'utf8')).toBe('268435456');
  expect(existsSync(join(root, 'memory/slot1/memory.memsw.limit_in_bytes'))).toBe(false);
  expect(readFileSync(join(root, 'cpu/slot1/cpu.cfs_quota_us'), 'utf8')).toBe('150000');
});

test('a limit that is not in force is named with what was found and what was expected', () => {
  const tree = fakeV1();
  tree.create('slot1', limits, true);
  writeFileSync(join(root, 'pids/slot1/pids.max'), 'max\n');
  expect(() => tree.verify('slot1', limits)).toThrow(/pids\.max is max, not 64/);
});

test('a group that does not exist is never taken for a limited one', () => {
  expect(() => fakeV1().verify('slot9', limits)).toThrow(/ENOENT/);
});

test('version 2 refuses to go on when the controllers are not delegated', () => {
  const tree = fakeV2('slot1');
  // A plain file keeps only the last controller that was written to it; the kernel would keep them all.
  expect(() => tree.create('slot1', limits, true)).toThrow(/not delegated.*slot1/);
});

test('version 2 delegates each controller that the group has', () => {
  const tree = fakeV2();
  expect(() => tree.vacateRoot('agent')).toThrow(/not delegated/);
  expect(existsSync(join(root, 'agent'))).toBe(true);
  expect(readFileSync(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('+pids');
});

test('version 2 usage is read from its own files', () => {
  const tree = fakeV2('slot1');
  writeFileSync(join(root, 'slot1/memory.peak'), '4096\n');
  writeFileSync(join(root, 'slot1/memory.events'), 'low 0\nmax 7\noom 2\noom_kill 1\n');
  writeFileSync(join(root, 'slot1/pids.peak'), '5\n');
  expect(tree.usage('slot1')).toEqual({ memoryPeakBytes: 4096, oomKills: 1, pidsPeak: 5 });
});

test('version 1 usage is read from its own files, and what the kernel lacks counts as nothing', () => {
  const tree = fakeV1();
  tree.create('slot1', limits, true);
  writeFileSync(join(root, 'memory/slot1/memory.max_usage_in_bytes'), '8192\n');
  writeFileSync(join(root, 'memory/slot1/memory.oom_control'), 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n');
  expect(tree.usage('slot1')).toEqual({ memoryPeakBytes: 8192, oomKills: 3, pidsPeak: 0 });
});

test('processes of groups below count as the group’s', () => {
  const tree = fakeV1();
  mkdirSync(join(root, 'pids/slot1/abc'), { recursive: true });
  writeFileSync(join(root, 'pids/slot1/cgroup.procs'), '0\n');
  writeFileSync(join(root, 'pids/slot1/abc/cgroup.procs'), '11\n12\n');
  expect(tree.pids('slot1')).toEqual([11, 12]);
});
