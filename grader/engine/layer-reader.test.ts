import { expect, test } from 'vitest';
import { layerPlaces } from './layer-reader.ts';

const data = { UpperDir: '/o/c/diff', LowerDir: '/o/b/diff:/o/a/diff', MergedDir: '/o/c/merged', WorkDir: '/o/c/work' };

test('diff ids and folders line up from the bottom to the top', () => {
  const places = layerPlaces({
    RootFS: { Layers: ['sha256:1', 'sha256:2', 'sha256:3'] },
    GraphDriver: { Name: 'overlay2', Data: data },
  });
  expect(places).toEqual([
    { diffId: 'sha256:1', dir: '/o/a/diff' },
    { diffId: 'sha256:2', dir: '/o/b/diff' },
    { diffId: 'sha256:3', dir: '/o/c/diff' },
  ]);
});

test('an image of one layer has no lower folders', () => {
  const image = {
    RootFS: { Layers: ['sha256:1'] },
    GraphDriver: { Name: 'overlay2', Data: { UpperDir: '/o/a/diff' } },
  };
  expect(layerPlaces(image)).toEqual([{ diffId: 'sha256:1', dir: '/o/a/diff' }]);
});

test('an image without layers, as FROM scratch with only metadata, has none', () => {
  expect(layerPlaces({ RootFS: { Layers: [] }, GraphDriver: { Name: 'overlay2', Data: null } })).toEqual([]);
});

test('what does not line up is refused rather than guessed', () => {
  const image = {
    RootFS: { Layers: ['sha256:1', 'sha256:2'] },
    GraphDriver: { Name: 'overlay2', Data: { UpperDir: '/o/a/diff' } },
  };
  expect(() => layerPlaces(image)).toThrow(/Expected 2 overlay2 directories.*found 1/);
});
