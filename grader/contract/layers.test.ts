import { expect, test } from 'vitest';
import { decodeLayerFiles, encodeLayerFiles, type LayerEntry, layerFilesSchema } from './layers.ts';

const entry = (path: string, extra: Partial<LayerEntry> = {}): LayerEntry => ({
  ...{ path, type: 'file', sizeBytes: 7, mode: 0o644, uid: 0, gid: 1000 },
  ...extra,
});

test('entries come out of the wire as they went in, whatever they are called', () => {
  const entries = [
    entry('/'),
    entry('/', { type: 'opaque', sizeBytes: 0 }),
    entry('/app', { type: 'directory', sizeBytes: 0, mode: 0o755 }),
    entry('/app/__proto__', { linkTarget: '../constructor', type: 'symlink', sizeBytes: 0 }),
    entry('/app/a\nb\u0000\u202e<script>\ud800', { uid: 4_000_000_000 }),
    entry('/app/again', { linked: true }),
    entry('/app/.gone', { type: 'whiteout', sizeBytes: 0 }),
    entry('/app/fifo', { type: 'other', sizeBytes: 0, mode: 0o4755 }),
    entry('/__proto__/x'),
  ];
  const wire = layerFilesSchema.parse(JSON.parse(JSON.stringify(encodeLayerFiles(entries))));
  expect(decodeLayerFiles(wire).sort(byPath)).toEqual([...entries].sort(byPath));
});

const byPath = (a: LayerEntry, b: LayerEntry) => `${a.path} ${a.type}`.localeCompare(`${b.path} ${b.type}`);

test('lists of different lengths and letters of a newer version do no harm', () => {
  const folder = { path: '/a', names: ['b', 'c'], kinds: '?', sizes: [], modes: [1], uids: [], gids: [], targets: [] };
  expect(decodeLayerFiles({ folders: [folder] })).toEqual([
    { path: '/a/b', type: 'other', sizeBytes: 0, mode: 1, uid: 0, gid: 0 },
    { path: '/a/c', type: 'other', sizeBytes: 0, mode: 0, uid: 0, gid: 0 },
  ]);
});
