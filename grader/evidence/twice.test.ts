import { expect, test } from 'vitest';
import { sampleEntry, sampleImage, sampleLayer } from '../checks/sample-evidence.ts';
import type { LayerEntry } from '../engine/engine.ts';
import { compareEntries } from './twice.ts';

const image = (...entries: LayerEntry[]) => sampleImage({ layers: [sampleLayer({ entries, line: 4 })] });

test('what the lists tell needs no look into the files', () => {
  const first = image(sampleEntry('/a'), sampleEntry('/b'), sampleEntry('/c', { mode: 0o600 }), sampleEntry('/d'));
  const second = image(sampleEntry('/a', { sizeBytes: 11 }), sampleEntry('/c'), sampleEntry('/d'), sampleEntry('/e'));
  const { differences, toRead } = compareEntries([first, second], [0]);
  expect(differences.map(({ path, what }) => `${path} ${what}`)).toEqual([
    '/a content',
    '/b only-one',
    '/c mode',
    '/e only-one',
  ]);
  expect(toRead).toEqual([{ path: '/d', line: 4 }]);
});

test('a link or a deletion is compared by the list alone', () => {
  const link = (linkTarget: string) => sampleEntry('/l', { type: 'symlink', linkTarget });
  const gone = sampleEntry('/w', { type: 'whiteout' });
  expect(compareEntries([image(link('/a'), gone), image(link('/b'), gone)], [0])).toEqual({
    differences: [{ path: '/l', line: 4, what: 'content' }],
    toRead: [],
  });
});

test('only the layers that differ are looked at', () => {
  expect(compareEntries([image(sampleEntry('/a')), image()], [])).toEqual({ differences: [], toRead: [] });
});
