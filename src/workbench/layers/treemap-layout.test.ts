import { expect, test } from 'vitest';
import { layerLimits } from './layer-limits.ts';
import { file, gone, testImage } from './testing.ts';
import { layoutTreemap, type Tile } from './treemap-layout.ts';

const base = {
  fromBase: true,
  entries: Array.from({ length: 3000 }, (_, index) =>
    file(`/usr/lib/d${index % 40}/f${index}`, 1 + ((index * 7919) % 90_000)),
  ),
};
const image = testImage(
  base,
  { entries: Array.from({ length: 500 }, (_, index) => file(`/app/node_modules/p${index % 30}/i${index}`, 40_000)) },
  { entries: [file('/app/src.tar', 30_000_000)] },
  { entries: [gone('/app/src.tar')] },
);
const parts = (tiles: Tile[]) => tiles.filter(({ kind }) => kind !== 'group');
const bytes = (tiles: Tile[]) => tiles.reduce((sum, tile) => sum + tile.bytes, 0);

test('nearly all bytes are drawn, and no part lies on another or outside', () => {
  const { tiles, width, height } = layoutTreemap(image, { width: 420 });
  expect(bytes(parts(tiles)) / image.sizeBytes).toBeGreaterThan(0.98);
  for (const tile of parts(tiles)) {
    expect(tile.x).toBeGreaterThanOrEqual(0);
    expect(tile.x + tile.width).toBeLessThanOrEqual(width);
    expect(tile.y + tile.height).toBeLessThanOrEqual(height);
    for (const other of parts(tiles)) {
      if (other === tile) continue;
      const apart =
        tile.x + tile.width <= other.x ||
        other.x + other.width <= tile.x ||
        tile.y + tile.height <= other.y ||
        other.y + other.height <= tile.y;
      expect(apart, `${tile.key} and ${other.key}`).toBe(true);
    }
  }
});

test('what has no room for a name is gathered, so that few are left without', () => {
  for (const width of [330, 420, 900]) {
    const { tiles } = layoutTreemap(image, { width });
    const { tileWidthPx, tileHeightPx } = layerLimits;
    const slivers = parts(tiles).filter((tile) => tile.width < tileWidthPx || tile.height < tileHeightPx);
    expect(slivers.length).toBeLessThanOrEqual(2);
    expect(tiles.some(({ kind }) => kind === 'more')).toBe(true);
  }
});

test('wasted bytes are a part of the layer that brought them, and name the one that hides them', () => {
  const { tiles } = layoutTreemap(image, { width: 420 });
  expect(tiles.find(({ kind }) => kind === 'wasted')).toMatchObject({
    layer: 2,
    hider: 3,
    deleted: true,
    bytes: 30_000_000,
  });
});

test('an image of one file is a strip, and an empty one draws nothing', () => {
  const small = layoutTreemap(testImage({ entries: [file('/server', 6_000_000)] }), { width: 420 });
  expect(small.height).toBeLessThan(90);
  expect(parts(small.tiles)).toHaveLength(1);
  expect(layoutTreemap(testImage(), { width: 420 }).tiles).toEqual([]);
  expect(layoutTreemap(testImage({ entries: [file('/empty', 0)] }), { width: 420 }).tiles).toEqual([]);
});

test('looked into, a folder fills the area with what is in it', () => {
  const { tiles } = layoutTreemap(image, { width: 420, zoom: { group: 'layer-1', path: '/app/node_modules' } });
  expect(tiles.filter(({ kind }) => kind === 'group').map(({ key }) => key)).toEqual(['layer-1']);
  expect(parts(tiles).every(({ path }) => path.startsWith('/app/node_modules'))).toBe(true);
});

test('a layer without a list is one part', () => {
  const { tiles } = layoutTreemap(testImage({ sizeBytes: 50, files: 'too_many' }), { width: 420 });
  expect(parts(tiles).map(({ kind, bytes: size }) => [kind, size])).toEqual([['unlisted', 50]]);
});

test('a layer that could not carry its name is told in words instead', () => {
  const { tiles, leftOut } = layoutTreemap(
    testImage(
      { entries: [file('/server', 6_400_000)] },
      { entries: [file('/etc/certs', 200_000)] },
      { entries: [file('/x', 1)] },
    ),
    { width: 420 },
  );
  expect(tiles.filter(({ kind }) => kind === 'group').map(({ layer }) => layer)).toEqual([0]);
  expect(leftOut).toEqual([
    { layer: 1, bytes: 200_000 },
    { layer: 2, bytes: 1 },
  ]);
});
