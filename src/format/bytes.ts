/**
 * Sizes as Docker prints them: powers of 1000, three significant digits, with a thin space before the unit
 * (narrow and without a break, so that number and unit stay together).
 */
const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toPrecision(3))}\u202f${units[unit]}`;
}

/** How many times larger, for people: `115 times`, `5.4 times`. */
export function formatTimes(larger: number, smaller: number): string {
  const factor = larger / smaller;
  return factor >= 10 ? String(Math.round(factor)) : String(Number(factor.toPrecision(2)));
}

/** `8.4 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)}\u202fs` : formatSeconds(Math.round(ms / 1000));
}

/** Whole seconds, for a clock that runs: `4 s`, `1 min 12 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds}\u202fs`;
  return `${Math.floor(seconds / 60)}\u202fmin ${seconds % 60}\u202fs`;
}
