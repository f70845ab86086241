import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { groupOfOomKill, OomLog } from './oom-log.ts';

const record =
  '6,1234,99,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/stagecraft-1/slot2,task_memcg=/stagecraft-1/slot2/buildkit/abc,task=perl,pid=7,uid=100000\n';

test('the group whose limit was hit is read from the kernel’s line', () => {
  expect(groupOfOomKill(record)).toBe('/stagecraft-1/slot2');
  expect(groupOfOomKill('6,1,2,-;oom-kill:constraint=CONSTRAINT_NONE,oom_memcg=/x,task=y')).toBeUndefined();
  expect(groupOfOomKill('6,1,2,-;eth0: link up')).toBeUndefined();
});

test('kills count for the slot they hit, in this engine only', () => {
  const dir = mkdtempSync(join(tmpdir(), 'stagecraft-oom-'));
  try {
    writeFileSync(join(dir, 'kmsg'), record);
    const log = new OomLog('stagecraft-1', join(dir, 'kmsg'));
    expect(log.killsIn('slot2')).toBe(1);
    expect(log.killsIn('slot1')).toBe(0);
    expect(new OomLog('stagecraft-2', join(dir, 'kmsg')).killsIn('slot2')).toBe(0);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('a log that can not be read counts nothing', () => {
  expect(new OomLog('stagecraft-1', '/nonexistent').killsIn('slot1')).toBe(0);
});
