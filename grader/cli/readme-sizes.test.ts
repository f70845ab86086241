import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { withSizes } from './readme-sizes.ts';
import { readMeasurements } from './recorded-measurements.ts';

const projectDir = resolve(import.meta.dirname, '..', '..');

test('the sizes in the README are those that were measured', async () => {
  const readme = readFileSync(join(projectDir, 'README.md'), 'utf8');
  const measured = await readMeasurements(join(projectDir, 'content', 'measurements.json'));
  expect(withSizes(readme, measured ?? { values: {} })).toBe(readme);
});

test('a README without a place for them and a size that was never measured are told', () => {
  expect(() => withSizes('# Stagecraft\n', { values: {} })).toThrow(/README\.md needs the lines/);
  const empty = '<!-- sizes: written by `npm run measure` -->\n<!-- /sizes -->\n';
  expect(() => withSizes(empty, { values: {} })).toThrow(/"exercise:go-scratch:starter" was never measured/);
});
