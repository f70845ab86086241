import { expect, test } from 'vitest';
import { pruneAgeMs } from './tidy.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

/** Records that were last used 1, 2, 3, … minutes ago. */
function records(count: number): { InUse: boolean; LastUsedAt: string | null; CreatedAt: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    InUse: false,
    LastUsedAt: new Date(now - (index + 1) * 60_000).toISOString(),
    CreatedAt: new Date(now - 86_400_000).toISOString(),
  }));
}

test('nothing is pruned up to the limit', () => {
  expect(pruneAgeMs(records(200), { max: 200, now })).toBeUndefined();
  expect(pruneAgeMs([], { max: 200, now })).toBeUndefined();
});

test('past the limit, the three quarters that were used last remain', () => {
  const ageMs = pruneAgeMs(records(201), { max: 200, now });
  expect(ageMs).toBe(150 * 60_000);
});

test('a record that was never used counts from its creation', () => {
  const old = { InUse: false, LastUsedAt: null, CreatedAt: new Date(now - 60_000).toISOString() };
  expect(pruneAgeMs([old, ...records(4)], { max: 4, now })).toBe(2 * 60_000);
});
