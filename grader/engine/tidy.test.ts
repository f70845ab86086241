import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { type CacheRecord, patternOf, surplusOf } from './tidy.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const { cacheRecordsMax, cacheMountsMax, cacheWaitFactor } = limits.engine;
const kept = cacheRecordsMax * 0.75;

/** Records that were last used 1, 2, 3, … minutes ago, and are named so. */
function records(count: number, Type = 'regular'): CacheRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ ID: `${Type} ${index + 1}`, Type, InUse: false },
    LastUsedAt: new Date(now - (index + 1) * 60_000).toISOString(),
    CreatedAt: new Date(now - 86_400_000).toISOString(),
  }));
}

test('nothing is too much up to the limit', () => {
  expect(surplusOf(records(cacheRecordsMax))).toEqual({ ids: [], urgent: false });
  expect(surplusOf([])).toEqual({ ids: [], urgent: false });
});

test('past the limit, the three quarters that were used last remain', () => {
  const { ids, urgent } = surplusOf(records(cacheRecordsMax + 1));
  expect(ids).toHaveLength(cacheRecordsMax + 1 - kept);
  expect(ids).toContain(`regular ${kept + 1}`);
  expect(ids).not.toContain(`regular ${kept}`);
  expect(urgent).toBe(false);
  expect(surplusOf(records(cacheRecordsMax * cacheWaitFactor + 1)).urgent).toBe(true);
});

test('a record that was never used counts from its creation', () => {
  const CreatedAt = new Date(now - 30_000).toISOString();
  const unused = { ID: 'unused', Type: 'source.local', InUse: false, LastUsedAt: null, CreatedAt };
  const { ids } = surplusOf([...records(cacheRecordsMax), unused]);
  expect(ids).not.toContain('unused');
  expect(ids).toContain(`regular ${kept}`);
});

test('what a younger record stands on remains, and of the others the upper ones go first', () => {
  const all = records(cacheRecordsMax + 4);
  const [youngest] = all;
  const [base, middle, top, lonely] = all.slice(-4);
  if (!youngest || !base || !middle || !top || !lonely) throw new Error('There are records.');
  youngest[' Parents'] = [lonely.ID];
  middle[' Parents'] = [base.ID];
  top[' Parents'] = [middle.ID, 'gone already'];
  const { ids } = surplusOf(all);
  expect(ids).not.toContain(lonely.ID);
  expect(ids.slice(0, 2)).toEqual([top.ID, middle.ID]);
  expect(ids).toContain(base.ID);
});

test('many steps do not drive the cache mounts out, and many cache mounts no steps', () => {
  const mounts = (count: number) => records(count, 'exec.cachemount');
  expect(surplusOf([...records(cacheRecordsMax), ...mounts(cacheMountsMax)]).ids).toEqual([]);
  const steps = surplusOf([...records(cacheRecordsMax + 1), ...mounts(5)]).ids;
  expect(new Set(steps.map((id) => id.split(' ')[0]))).toEqual(new Set(['regular']));
  const ofMounts = surplusOf([...records(5), ...mounts(cacheMountsMax + 1)]).ids;
  expect(new Set(ofMounts.map((id) => id.split(' ')[0]))).toEqual(new Set(['exec.cachemount']));
});

test('ids are named by as much of their beginnings as tells them from all others', () => {
  const named = (...ids: string[]) => ids.map((ID) => ({ ID }));
  const all = named('abcdefgh1', 'abcdefgh2', 'zyxwvutsrq', 'abcdxxxxx');
  expect(patternOf(['zyxwvutsrq', 'abcdxxxxx'], all)).toBe('"^(abcdxx|zyxwvu)"');
  expect(patternOf(['abcdefgh2', 'zyxwvutsrq'], all)).toBe('"^(abcdefgh2|zyxwvutsr)"');
});
