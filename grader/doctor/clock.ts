/**
 * Whether the clock can be right. A machine without a clock wakes up in the past, and then every certificate is refused.
 *
 * Absent on purpose: asking a server for the time. What this machine has was made in the past, and that is enough.
 */
import { stat } from 'node:fs/promises';
import { version } from 'node:os';
import { join } from 'node:path';
import { limits } from '../limits.ts';
import type { DoctorItem } from './item.ts';

export interface ClockFacts {
  nowMs: number;
  /** The newest thing known to lie in the past, and what it is. */
  newestMs: number;
  newest: string;
}

export function clockItem({ nowMs, newestMs, newest }: ClockFacts): DoctorItem {
  const item = { id: 'clock', title: 'Clock' };
  const now = day(nowMs);
  const mend = 'timedatectl set-ntp true, or set it by hand with date --set';
  if (nowMs < newestMs - limits.doctor.clockBehindMs) {
    const found = `${now}, but ${newest} is of ${day(newestMs)}; certificates will be refused`;
    return { ...item, state: 'warning', found, mend };
  }
  if (nowMs > newestMs + limits.doctor.clockAheadMs) {
    const found = `${now}, long after everything else here (${newest}, ${day(newestMs)})`;
    return { ...item, state: 'warning', found, mend };
  }
  return { ...item, state: 'ok', found: now };
}

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Files that every update of the checkout writes anew. */
const files = ['package-lock.json', 'package.json', 'grader/cli/main.ts', '.git/index', '.git/HEAD'];

export async function readClock(projectDir: string): Promise<ClockFacts> {
  const facts: ClockFacts = { nowMs: Date.now(), newestMs: 0, newest: '' };
  const add = (newest: string, newestMs: number | undefined) => {
    if (newestMs !== undefined && newestMs > facts.newestMs) Object.assign(facts, { newest, newestMs });
  };
  for (const file of files) {
    const found = await stat(join(projectDir, file)).catch(() => undefined);
    add(file, found?.mtimeMs);
  }
  add('the kernel', kernelBuiltMs(version()));
  return facts;
}

/** When the kernel was built, from what it says of itself: `#1 SMP … (2024-06-21)` or `… Fri Jun 21 10:00:00 UTC 2024`. */
export function kernelBuiltMs(text: string): number | undefined {
  const [, iso] = /\((\d{4}-\d{2}-\d{2})\)/.exec(text) ?? [];
  const [, monthAndDay, year] = /[A-Z][a-z]{2} ([A-Z][a-z]{2} +\d{1,2}) [\d:]+ \S+ (\d{4})$/.exec(text.trim()) ?? [];
  const ms = Date.parse(iso ?? (monthAndDay ? `${monthAndDay} ${year} UTC` : ''));
  return Number.isNaN(ms) ? undefined : ms;
}
