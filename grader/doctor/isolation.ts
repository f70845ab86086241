/** What the self-test said the last time, and whether that still holds. */
import { missingWalls } from '../isolation/isolation.ts';
import { type CheckedSubject, differenceBetween, type IsolationRecord } from '../isolation/isolation-record.ts';
import type { DoctorItem } from './item.ts';

export interface IsolationFacts {
  record: IsolationRecord | undefined;
  /** As far as it is known without starting an engine. */
  now: Partial<CheckedSubject>;
  accepted: boolean;
}

export function isolationItem({ record, now, accepted }: IsolationFacts): DoctorItem {
  const item = { id: 'isolation', title: 'Isolation of the sandbox' };
  const mend = 'npx stagecraft engine check';
  if (record === undefined) {
    return { ...item, state: 'warning', found: 'not tried yet; grading does at its first start', mend };
  }
  const { walls, at, launcher } = record.report;
  const missing = missingWalls(record.report);
  const when = `${at.slice(0, 16).replace('T', ' ')} UTC, launcher ${launcher}`;
  const changed = differenceBetween(record.subject, now);
  if (missing.length > 0) {
    const mendEach = `${mend} says how to mend each`;
    const titles = missing.map(({ title }) => title).join('; ');
    const found = `${missing.length} of ${walls.length} walls missing (${when}): ${titles}`;
    if (accepted) return { ...item, state: 'warning', found: `${found}; accepted`, mend: mendEach };
    return { ...item, state: 'missing', found, mend: mendEach };
  }
  const held = `all ${walls.length} walls held (${when})`;
  if (changed === undefined) return { ...item, state: 'ok', found: held };
  return { ...item, state: 'warning', found: `${held}, but ${changed}; grading tries it again`, mend };
}
