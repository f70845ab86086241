import { expect, test } from 'vitest';
import { compareImages } from './compare.ts';
import { file, gone, testImage } from './testing.ts';

const changes = (...images: Parameters<typeof compareImages>) =>
  compareImages(...images).changes.map(({ path, kind, beforeBytes, afterBytes }) => [
    path,
    kind,
    beforeBytes,
    afterBytes,
  ]);

test('a folder that came or went as a whole is told once, by its own name', () => {
  const before = testImage({
    entries: [file('/app/node_modules/a/x', 10), file('/app/node_modules/b', 5), file('/app/m', 1)],
  });
  const after = testImage({ entries: [file('/app/m', 1), file('/opt/tool/bin/t', 4), file('/opt/tool/lib/u', 2)] });
  expect(changes(before, after)).toEqual([
    ['/app/node_modules', 'went', 15, 0],
    ['/opt', 'came', 0, 6],
  ]);
});

test('a folder that was there before did not come, however much is new in it', () => {
  const before = testImage({ entries: [file('/usr/bin/a', 10)] });
  const after = testImage({ entries: [file('/usr/bin/a', 10), file('/usr/bin/b', 4)] });
  expect(changes(before, after)).toEqual([['/usr/bin/b', 'came', 0, 4]]);
});

test('many small changes are told by their folder', () => {
  const many = (size: number) => Array.from({ length: 40 }, (_, index) => file(`/lib/f${index}`, size));
  const before = testImage({ entries: [...many(10), file('/big', 1000)] });
  const after = testImage({ entries: [...many(12), file('/big', 10)] });
  expect(changes(before, after)).toEqual([
    ['/big', 'shrank', 1000, 10],
    ['/lib', 'grew', 400, 480],
  ]);
});

test('only what a container can see counts, and the same is no change', () => {
  const before = testImage({ entries: [file('/a', 10)] });
  const after = testImage({ entries: [file('/a', 10), file('/tmp/x', 50)] }, { entries: [gone('/tmp/x')] });
  expect(changes(before, after)).toEqual([]);
});
