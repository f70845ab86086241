/**
 * Sizes as `docker images` prints them: decimal units (1 MB is 1,000,000 bytes), three significant digits.
 */
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
const FACTORS: Record<string, number> = { b: 1, bytes: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/** `412 MB`, `1.11 GB`, `12 bytes`. */
export function formatSize(bytes: number, digits = 3): string {
  const value = Math.max(0, bytes);
  if (value < 1000) return value === 1 ? '1 byte' : `${Math.round(value)} bytes`;
  let unit = 0;
  let scaled = value;
  // Compares what will be printed, so that 999,950 bytes are 1 MB and not 1000 kB.
  while (Number(scaled.toPrecision(digits)) >= 1000 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${Number(scaled.toPrecision(digits))} ${UNITS[unit]}`;
}

/** Two different sizes in as many digits as it takes to tell them apart: never `250 MB, at most 250 MB`. */
export function formatSizes(one: number, other: number): [string, string] {
  for (let digits = 3; digits <= 12; digits++) {
    const pair: [string, string] = [formatSize(one, digits), formatSize(other, digits)];
    if (one === other || pair[0] !== pair[1]) return pair;
  }
  return [`${one} bytes`, `${other} bytes`];
}

/** Bytes of `250MB`, `1.5 GB`, `300kB` or a plain number of bytes; undefined when it is none of them. */
export function parseSize(size: string | number): number | undefined {
  if (typeof size === 'number') return Number.isFinite(size) && size >= 0 ? Math.round(size) : undefined;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(size);
  const factor = FACTORS[(match?.[2] || 'b').toLowerCase()];
  return match === null || factor === undefined ? undefined : Math.round(Number(match[1]) * factor);
}
