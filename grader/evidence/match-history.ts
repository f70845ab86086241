/**
 * Which history entry made which layer. The Docker API says neither which entries are empty nor which layer belongs to
 * which entry; both lists are in order, so the cheapest alignment of one with the other tells.
 */

/** One entry of `GET /images/{id}/history`, turned around: oldest first. */
export interface HistoryEntry {
  createdBy: string;
  comment: string;
  /** 0 for entries without a layer, and also for layers that only add directories, links or empty files. */
  sizeBytes: number;
}

const METADATA = new Set([
  'ARG',
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
]);

/** Words that a Dockerfile instruction starts with; what starts with none of them was run by a shell. */
const INSTRUCTIONS = new Set([...METADATA, 'ADD', 'COPY', 'RUN', 'WORKDIR']);

const NOP = /^\/bin\/sh -c #\(nop\)\s+/;

/** The instruction that an entry stands for, in upper case: `COPY` for BuildKit's `COPY . . # buildkit`. */
export function keywordOf(createdBy: string): string {
  const text = createdBy.replace(NOP, '').trimStart();
  const word = /^[A-Za-z]+/.exec(text)?.[0]?.toUpperCase() ?? '';
  if (INSTRUCTIONS.has(word)) return word;
  // The classic builder's RUN is the bare command line; other builders (debuerreotype, bazel) write prose.
  return 'RUN';
}

const IMPOSSIBLE = 1000;
const LAYER_WITHOUT_ENTRY = 500;

function costAsEmpty(entry: HistoryEntry): number {
  if (entry.sizeBytes > 0) return IMPOSSIBLE;
  const keyword = keywordOf(entry.createdBy);
  if (METADATA.has(keyword)) return 0;
  if (keyword === 'COPY' || keyword === 'ADD') return 2;
  return isRootWorkdir(entry) ? 0 : 1;
}

function costAsLayer(entry: HistoryEntry, layerBytes: number): number {
  const keyword = keywordOf(entry.createdBy);
  if (METADATA.has(keyword) || isRootWorkdir(entry)) return IMPOSSIBLE;
  if (entry.sizeBytes > 0) {
    return (20 * Math.abs(entry.sizeBytes - layerBytes)) / Math.max(entry.sizeBytes, layerBytes);
  }
  if (layerBytes > 0) return 100;
  return keyword === 'RUN' ? 1 : 0;
}

function isRootWorkdir(entry: HistoryEntry): boolean {
  return /^WORKDIR \/$/.test(entry.createdBy.replace(NOP, '').trim());
}

/**
 * @param history oldest first
 * @param layerBytes sizes of the layers, from the bottom up
 * @returns for each entry the index of its layer, or undefined for an empty one.
 */
export function matchHistory(history: readonly HistoryEntry[], layerBytes: readonly number[]): (number | undefined)[] {
  const width = layerBytes.length + 1;
  // cost[i * width + j]: the cheapest way to have explained the first i entries and the first j layers.
  const cost = new Float64Array((history.length + 1) * width).fill(Number.POSITIVE_INFINITY);
  const at = (i: number, j: number) => cost[i * width + j] ?? Number.POSITIVE_INFINITY;
  cost[0] = 0;
  for (let i = 0; i <= history.length; i++) {
    const entry = history[i - 1];
    for (let j = 0; j < width; j++) {
      if (i === 0 && j === 0) continue;
      const { empty, layer, orphan } = waysTo({ at, entry, i, j, layerBytes });
      cost[i * width + j] = Math.min(empty, layer, orphan);
    }
  }
  return trace({ at, history, layerBytes });
}

interface Table {
  at: (i: number, j: number) => number;
  layerBytes: readonly number[];
}

function waysTo({ at, entry, i, j, layerBytes }: Table & { entry: HistoryEntry | undefined; i: number; j: number }) {
  const empty = entry === undefined ? Number.POSITIVE_INFINITY : at(i - 1, j) + costAsEmpty(entry);
  const bytes = layerBytes[j - 1];
  const layer =
    entry === undefined || bytes === undefined
      ? Number.POSITIVE_INFINITY
      : at(i - 1, j - 1) + costAsLayer(entry, bytes);
  const orphan = j === 0 ? Number.POSITIVE_INFINITY : at(i, j - 1) + LAYER_WITHOUT_ENTRY;
  return { empty, layer, orphan };
}

function trace({ at, history, layerBytes }: Table & { history: readonly HistoryEntry[] }): (number | undefined)[] {
  const result: (number | undefined)[] = new Array(history.length).fill(undefined);
  let i = history.length;
  let j = layerBytes.length;
  while (i > 0 || j > 0) {
    const { empty, layer, orphan } = waysTo({ at, entry: history[i - 1], i, j, layerBytes });
    if (i > 0 && layer <= empty && layer <= orphan) {
      result[i - 1] = j - 1;
      i--;
      j--;
    } else if (i > 0 && empty <= orphan) i--;
    else j--;
  }
  return result;
}
