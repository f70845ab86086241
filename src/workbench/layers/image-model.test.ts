import { expect, test } from 'vitest';
import { file, gone, testImage } from './testing.ts';

const base = { fromBase: true, entries: [file('/bin/sh', 80), file('/etc/passwd', 2)] };

test('every byte has the layer that brought it, and what it did there', () => {
  const image = testImage(
    base,
    { entries: [file('/app/a', 30), file('/etc/passwd', 3)] },
    { entries: [file('/app/a', 31), gone('/bin/sh')] },
  );
  expect(image.files.map(({ path, kind, layer, hider, sizeBytes }) => [path, kind, layer, hider, sizeBytes])).toEqual([
    ['/bin/sh', 'deleted', 0, 2, 80],
    ['/etc/passwd', 'overwritten', 0, 1, 2],
    ['/app/a', 'overwritten', 1, 2, 30],
    ['/etc/passwd', 'changed', 1, undefined, 3],
    ['/app/a', 'changed', 2, undefined, 31],
  ]);
  expect([image.baseBytes, image.ownBytes, image.wastedBytes]).toEqual([82, 64, 112]);
  expect(image.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(image.sizeBytes);
});

test('waste is gathered by the line that wrote it and the line that hides it', () => {
  const image = testImage(base, { entries: [file('/src/a', 5), file('/src/b', 7)] }, { entries: [gone('/src')] });
  expect(image.waste).toEqual([{ owner: 1, hider: 2, deleted: true, bytes: 12, count: 2, path: '/src/b' }]);
});

test('what the base hides itself is nobody else’s waste, but its bytes are there', () => {
  const image = testImage(base, { fromBase: true, entries: [file('/bin/sh', 90)] });
  expect(image.wastedBytes).toBe(0);
  expect(image.files[0]).toMatchObject({ path: '/bin/sh', kind: 'overwritten', hider: undefined });
});

test('a further name of a file adds nothing', () => {
  const image = testImage({ entries: [file('/a', 9), file('/b', 9, { linked: true })], sizeBytes: 9 });
  expect(image.files.map(({ sizeBytes }) => sizeBytes)).toEqual([9, 0]);
});

test('where a layer has no list nobody tells what is wasted', () => {
  const image = testImage(base, { sizeBytes: 100, files: 'too_many' }, { entries: [gone('/bin/sh')] });
  expect(image.complete).toBe(false);
  expect([image.wastedBytes, image.waste]).toEqual([0, []]);
  expect(image.layers[1]?.unlisted).toBe('too_many');
});
