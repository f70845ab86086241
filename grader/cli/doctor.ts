import { styleText } from 'node:util';
import { examine } from '../doctor/examine.ts';
import type { DoctorItem } from '../doctor/item.ts';
import { type CommandContext, exitCodes } from './command.ts';

const marks: Record<DoctorItem['state'], string> = {
  ok: styleText('green', '✓'),
  warning: styleText('yellow', '!'),
  missing: styleText('red', '✗'),
};

/** Says what this machine has and lacks; 0 when grading can work. */
export async function doctor(options: { json?: boolean }, { settings }: CommandContext): Promise<number> {
  const items = await examine(settings);
  const ok = items.every(({ state }) => state !== 'missing');
  process.stdout.write(options.json ? `${JSON.stringify({ ok, items }, null, 2)}\n` : renderDoctor(items));
  return ok ? exitCodes.passed : exitCodes.notPassed;
}

/** One line per item, and below it what mends it. */
export function renderDoctor(items: DoctorItem[]): string {
  const width = Math.max(...items.map(({ title }) => title.length));
  const lines = items.flatMap(({ state, title, found, mend }) => [
    `${marks[state]} ${title.padEnd(width)}  ${found}`,
    ...(state === 'ok' || mend === undefined ? [] : [`  ${' '.repeat(width)}  → ${mend}`]),
  ]);
  const missing = items.filter(({ state }) => state === 'missing').length;
  const warnings = items.filter(({ state }) => state === 'warning').length;
  const sum =
    missing > 0
      ? `Grading can't work yet: ${missing} missing, ${warnings} to look at.`
      : `Grading can work${warnings > 0 ? `; ${warnings} to look at` : ''}.`;
  return `${lines.join('\n')}\n\n${sum}\n`;
}
