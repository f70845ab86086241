import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addMeasured, type Measurements, readMeasurements, writeMeasurements } from './recorded-measurements.ts';

const provenance = {
  catalogueSource: 'stand-in',
  engineVersion: 'Docker 1',
  catalogueRecipe: 'aa',
  date: '2026-01-01',
};
const size = (sizeBytes: number) => ({ label: 'x', sizeBytes });
const recorded: Measurements = {
  provenance,
  values: {
    'image:a': size(1),
    'exercise:tea:solution': size(2),
    'exercise:tea:mistakes/gone': size(3),
    'exercise:tea-2:solution': size(4),
  },
};
const measured: Measurements = {
  provenance: { ...provenance, date: '2026-02-02' },
  values: { 'image:a': size(100), 'image:b': size(5), 'exercise:tea:solution': size(6) },
};

test('the values of the named exercises are replaced, the others and known images stay', () => {
  const { values, provenance: after } = addMeasured(recorded, { slugs: ['tea'], measured, provisional: false });
  expect(values).toEqual({
    'image:a': size(1),
    'exercise:tea-2:solution': size(4),
    'image:b': size(5),
    'exercise:tea:solution': size(6),
  });
  expect(after).toEqual(provenance);
});

test('an image that was recorded before its contents were counted is recorded again', () => {
  const counted = { ...size(100), packages: 88, programs: 300 };
  const { values } = addMeasured(recorded, {
    slugs: ['tea'],
    measured: { ...measured, values: { 'image:a': counted } },
    provisional: false,
  });
  expect(values['image:a']).toEqual(counted);
});

test('another catalogue is refused in a sentence that says both and what to do', () => {
  const other = { ...measured, provenance: { ...provenance, catalogueRecipe: 'bb' } };
  expect(() => addMeasured(recorded, { slugs: ['tea'], measured: other, provisional: false })).toThrow(
    /catalogueRecipe aa.*catalogueRecipe bb.*npx stagecraft measure.*--provisional/,
  );
});

test('provisional values are marked as such until they are measured on the right catalogue', () => {
  const other = { ...measured, provenance: { ...provenance, catalogueRecipe: 'bb' } };
  const mixed = addMeasured(recorded, { slugs: ['tea'], measured: other, provisional: true });
  expect(mixed.provenance).toEqual({ ...provenance, provisional: ['tea'] });
  expect(addMeasured(mixed, { slugs: ['tea'], measured, provisional: false }).provenance).toEqual(provenance);
});

test('the file is sorted by id, and one of another shape is refused by its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stagecraft-measured-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'measurements.json');
  expect(await readMeasurements(file)).toBeUndefined();
  await writeMeasurements(file, recorded);
  expect(await readMeasurements(file)).toEqual(recorded);
  const ids = [...(await readFile(file, 'utf8')).matchAll(/"((?:image|exercise):[^"]+)"/g)].map((match) => match[1]);
  expect(ids).toEqual([...ids].sort());
  await writeFile(file, '{"values": {}}');
  await expect(readMeasurements(file)).rejects.toThrow(`${file}`);
});
