import { expect, test } from 'vitest';
import { compareLayers } from './compare-layers.ts';
import { testImage } from './testing.ts';

const base = (sizeBytes: number) => ({ createdBy: 'ADD rootfs', fromBase: true, sizeBytes });
const layer = (createdBy: string, sizeBytes: number) => ({ createdBy, sizeBytes });
const told = (...images: Parameters<typeof compareLayers>) =>
  compareLayers(...images).map(({ kind, instruction, line, beforeBytes, afterBytes }) => [
    kind,
    instruction,
    line,
    beforeBytes,
    afterBytes,
  ]);

test('a layer is the same when the same instruction made it, wherever it stands', () => {
  const before = testImage(base(100), layer('COPY . .', 5), layer('RUN npm ci', 40), layer('RUN npm test', 1));
  const after = testImage(base(60), layer('COPY package.json .', 1), layer('RUN npm ci', 30), layer('COPY . .', 5));
  expect(told(before, after)).toEqual([
    ['shrank', '', undefined, 100, 60],
    ['went', 'COPY . .', undefined, 5, undefined],
    ['came', 'COPY package.json .', 2, undefined, 1],
    ['shrank', 'RUN npm ci', 3, 40, 30],
    ['went', 'RUN npm test', undefined, 1, undefined],
    ['came', 'COPY . .', 4, undefined, 5],
  ]);
});

test('two images of the same layers have none that changed', () => {
  const image = testImage(base(100), layer('RUN a', 0), layer('RUN a', 2));
  expect(told(image, image).map(([kind]) => kind)).toEqual(['same', 'same', 'same']);
});

test('an image from scratch has no base to compare, and one without layers of its own is compared too', () => {
  expect(told(testImage(layer('COPY a /', 3)), testImage(layer('COPY a /', 4)))).toEqual([
    ['grew', 'COPY a /', 1, 3, 4],
  ]);
  expect(told(testImage(base(10)), testImage(layer('COPY a /', 4)))).toEqual([
    ['went', '', undefined, 10, undefined],
    ['came', 'COPY a /', 1, undefined, 4],
  ]);
});
