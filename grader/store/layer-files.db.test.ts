import { gunzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { decodeLayerFiles, type LayerEntry, layerFilesSchema } from '../contract/layers.ts';
import { limits } from '../limits.ts';
import { findLayerFiles, keepLayerFiles, readLayerFiles } from './layer-files.ts';
import { testStore } from './testing.ts';

const database = testStore();

const file = (path: string): LayerEntry => ({ path, type: 'file', sizeBytes: 3, mode: 0o644, uid: 0, gid: 0 });
const layer = (diffId: string, entries: LayerEntry[], truncated = false) => ({ diffId, entries, truncated });

async function keptFiles(diffId: string) {
  const files = await readLayerFiles(database.store.db, diffId);
  return files && decodeLayerFiles(layerFilesSchema.parse(JSON.parse(gunzipSync(files).toString('utf8'))));
}

test('the files of a layer are kept once and read back, also with names that are no text', async () => {
  const entries = [file('/app/a\u0000b'), file('/app/\ufffd\ud800')];
  await keepLayerFiles(database.store.db, [layer('one', entries), layer('one', entries)]);
  await keepLayerFiles(database.store.db, [layer('one', entries), layer('two', [])]);
  expect(await keptFiles('one')).toEqual(entries);
  expect(await findLayerFiles(database.store.db, ['one', 'two', 'three'])).toEqual(
    new Map([
      ['one', { tooMany: false, entries: 2 }],
      ['two', { tooMany: false, entries: 0 }],
    ]),
  );
});

test('a layer with too many files, too long names, or that was cut, is known but not listed', async () => {
  const bounds = { ...limits.layerFiles, entriesMax: 2, namesBytesMax: 20 };
  await keepLayerFiles(
    database.store.db,
    [
      layer('many', [file('/a'), file('/b'), file('/c')]),
      layer('long', [file(`/${'x'.repeat(20)}`)]),
      layer('cut', [file('/a')], true),
      layer('fits', [file(`/${'x'.repeat(19)}`)]),
      // Not even that much: another image may bring its files.
      { ...layer('withheld', [], true), withheld: true },
    ],
    bounds,
  );
  const found = await findLayerFiles(database.store.db, ['many', 'long', 'cut', 'fits', 'withheld']);
  expect([...found].map(([id, { tooMany }]) => [id, tooMany]).sort()).toEqual([
    ['cut', true],
    ['fits', false],
    ['long', true],
    ['many', true],
  ]);
  expect(await keptFiles('many')).toBeUndefined();
});

test('what was used longest ago is cleared away when there is too much, and comes back when it is used again', async () => {
  const unlike = (name: string) => layer(name, [file(`/${name}`)]);
  await keepLayerFiles(database.store.db, [unlike('base'), unlike('old')]);
  await database.store.db.execute(sql`update layer_files set used_at = now() - interval '1 hour'`);
  const { rows } = await database.store.db.execute<{ bytes: number }>(
    sql`select max(length(files))::int as bytes from layer_files`,
  );
  // Room for two and a half: the base is used by the new image as well, so the other one goes.
  const bounds = { ...limits.layerFiles, keptBytesMax: Math.floor((rows[0]?.bytes ?? 0) * 2.5) };
  await keepLayerFiles(database.store.db, [unlike('base'), unlike('new')], bounds);
  expect([...(await findLayerFiles(database.store.db, ['base', 'old', 'new'])).keys()].sort()).toEqual(['base', 'new']);
  await keepLayerFiles(database.store.db, [unlike('base'), unlike('old')], bounds);
  expect(await keptFiles('old')).toHaveLength(1);
});
