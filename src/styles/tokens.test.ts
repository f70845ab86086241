import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, distance, oklchToRgb, type Rgb, type Sight, seenBy } from './colour.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Both values of every `light-dark()` token. */
function readTokens(): Record<'light' | 'dark', Map<string, Rgb>> {
  const tokens = { light: new Map<string, Rgb>(), dark: new Map<string, Rgb>() };
  const colour = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)`;
  for (const match of css.matchAll(new RegExp(String.raw`--([\w-]+): light-dark\(${colour}, ${colour}\)`, 'g'))) {
    const [name = '', ...parts] = match.slice(1);
    const [l = 0, c = 0, h = 0, dl = 0, dc = 0, dh = 0] = parts.map(Number);
    tokens.light.set(name, oklchToRgb(l, c, h));
    tokens.dark.set(name, oklchToRgb(dl, dc, dh));
  }
  return tokens;
}

const tokens = readTokens();
const stages = Array.from({ length: 8 }, (_, index) => `stage-${index}`);
const grounds = ['paper', 'panel', 'sunken'];
const texts = ['ink', 'ink-soft', 'ink-faint', 'passed', 'failed', 'warning', ...stages];
const code = ['code-keyword', 'code-string', 'code-variable', 'code-flag'];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const get = (name: string): Rgb => {
    const found = tokens[theme].get(name);
    if (!found) throw new Error(`tokens.css has no --${name} of the form light-dark(oklch(…), oklch(…))`);
    return found;
  };
  const nearest = (names: string[], sight: Sight) =>
    Math.min(
      ...names.flatMap((one, index) =>
        names.slice(index + 1).map((other) => distance(seenBy(sight, get(one)), seenBy(sight, get(other)))),
      ),
    );

  test.each(texts)('%s can be read on every ground', (name) => {
    for (const ground of grounds) expect(contrast(get(name), get(ground)), ground).toBeGreaterThanOrEqual(4.5);
  });

  test.each(code)('%s can be read in the editor, also where the cursor is', (name) => {
    for (const ground of ['panel', 'current-line', 'selection']) {
      expect(contrast(get(name), get(ground)), ground).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('what is pressed can be read, and the edges of controls be seen', () => {
    expect(contrast(get('accent-ink'), get('accent'))).toBeGreaterThanOrEqual(7);
    expect(contrast(get('accent-ink'), get('accent-hover'))).toBeGreaterThanOrEqual(7);
    for (const ground of grounds) expect(contrast(get('line-strong'), get(ground))).toBeGreaterThanOrEqual(3);
  });

  test('eight stages are eight colours', () => {
    expect(nearest(stages, 'normal')).toBeGreaterThan(6);
  });

  test.each(['protan', 'deutan', 'tritan'] as const)('the first four stages stay apart for %s readers', (sight) => {
    expect(nearest(stages.slice(0, 4), sight)).toBeGreaterThan(3);
  });

  test.each(['protan', 'deutan', 'tritan'] as const)('stages that follow each other differ for %s readers', (sight) => {
    for (const [index, stage] of stages.slice(0, -1).entries()) {
      const next = stages[index + 1] ?? stage;
      expect(nearest([stage, next], sight), `${stage} and ${next}`).toBeGreaterThan(3);
    }
  });
});
