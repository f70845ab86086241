/** The lists of files of built images' layers: kept once per layer, served as they are stored. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { eq, inArray, sql } from 'drizzle-orm';
import { encodeLayerFiles, type LayerEntry } from '../contract/layers.ts';
import { limits } from '../limits.ts';
import type { Database, Executor } from './database.ts';
import { layerFiles } from './schema.ts';

export interface LayerToKeep {
  diffId: string;
  entries: readonly LayerEntry[];
  /** The index itself had to be cut. */
  truncated: boolean;
  /** Nothing is known of its files; another image that has it may bring them. */
  withheld?: true | undefined;
}

export interface KeepLimits {
  entriesMax: number;
  namesBytesMax: number;
  keptBytesMax: number;
}

/** Keeps the files of these layers, of those that are not kept yet, and clears away what was used longest ago. */
export async function keepLayerFiles(
  db: Database,
  layers: readonly LayerToKeep[],
  bounds: KeepLimits = limits.layerFiles,
): Promise<void> {
  const byId = new Map(layers.filter(({ withheld }) => !withheld).map((layer) => [layer.diffId, layer]));
  if (byId.size === 0) return;
  const known = await db
    .update(layerFiles)
    .set({ usedAt: sql`now()` })
    .where(inArray(layerFiles.diffId, [...byId.keys()]))
    .returning({ diffId: layerFiles.diffId });
  for (const { diffId } of known) byId.delete(diffId);
  // One after the other: a big layer's list is large until it is compressed.
  for (const layer of byId.values()) {
    await db
      .insert(layerFiles)
      .values(await rowOf(layer, bounds))
      .onConflictDoNothing();
  }
  await clearAway(db, bounds.keptBytesMax);
}

async function rowOf({ diffId, entries, truncated }: LayerToKeep, bounds: KeepLimits) {
  const tooMany = truncated || entries.length > bounds.entriesMax || !namesFit(entries, bounds.namesBytesMax);
  const json = JSON.stringify(encodeLayerFiles(tooMany ? [] : entries));
  return { diffId, tooMany, entries: entries.length, files: await promisify(gzip)(json) };
}

function namesFit(entries: readonly LayerEntry[], bytesMax: number): boolean {
  let bytes = 0;
  return entries.every(({ path, linkTarget }) => {
    bytes += Buffer.byteLength(path) + Buffer.byteLength(linkTarget ?? '');
    return bytes <= bytesMax;
  });
}

async function clearAway(db: Database, bytesMax: number): Promise<void> {
  await db.execute(sql`
    delete from ${layerFiles} where diff_id in (
      select diff_id from (
        select diff_id, sum(length(files)) over (order by used_at desc, diff_id) as total from ${layerFiles}
      ) as kept where total > ${bytesMax}
    )`);
}

/** What is kept of these layers, by diff id. */
export async function findLayerFiles(
  db: Executor,
  diffIds: readonly string[],
): Promise<Map<string, { tooMany: boolean; entries: number }>> {
  if (diffIds.length === 0) return new Map();
  const rows = await db
    .select({ diffId: layerFiles.diffId, tooMany: layerFiles.tooMany, entries: layerFiles.entries })
    .from(layerFiles)
    .where(inArray(layerFiles.diffId, [...diffIds]));
  return new Map(rows.map(({ diffId, ...row }) => [diffId, row]));
}

/** JSON of `LayerFiles`, gzip; undefined when it is not kept, or was too much to list. */
export async function readLayerFiles(db: Executor, diffId: string): Promise<Buffer | undefined> {
  const [row] = await db.select().from(layerFiles).where(eq(layerFiles.diffId, diffId));
  return row === undefined || row.tooMany ? undefined : row.files;
}
