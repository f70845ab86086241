/** Which lines two texts share: a longest common subsequence, bounded. */
export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
  /** 1-based line of the older text; undefined for what was added. */
  before: number | undefined;
  after: number | undefined;
}

/** Beyond this many comparisons everything between the common beginning and end counts as replaced. */
const comparisonsMax = 4_000_000;

export function diffLines(before: string, after: string): DiffLine[] {
  return diffLists(before.split('\n'), after.split('\n'));
}

export function diffLists(a: readonly string[], b: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const middle = between(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const kinds: DiffLine['kind'][] = [...Array(start).fill('same'), ...middle, ...Array(end).fill('same')];
  return numbered(kinds, { a, b });
}

function between(a: readonly string[], b: readonly string[]): DiffLine['kind'][] {
  if (a.length * b.length > comparisonsMax)
    return [...a.map(() => 'removed' as const), ...b.map(() => 'added' as const)];
  const width = b.length + 1;
  // common[i * width + j]: how many lines the rests from i and j share.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const kinds: DiffLine['kind'][] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      kinds.push('same');
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      kinds.push('removed');
      i += 1;
    } else {
      kinds.push('added');
      j += 1;
    }
  }
  return kinds;
}

function numbered(
  kinds: readonly DiffLine['kind'][],
  { a, b }: { a: readonly string[]; b: readonly string[] },
): DiffLine[] {
  let before = 0;
  let after = 0;
  return kinds.map((kind) => {
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') after += 1;
    const text = (kind === 'removed' ? a[before - 1] : b[after - 1]) ?? '';
    return {
      kind,
      text,
      before: kind === 'added' ? undefined : before,
      after: kind === 'removed' ? undefined : after,
    };
  });
}
