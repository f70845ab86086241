import { describe, expect, it } from 'vitest';
import type { LayerEntry } from '../engine/engine.ts';
import { canonicalPath, hiddenBytes, mergeLayers } from './merge-layers.ts';

function entry(path: string, type: LayerEntry['type'] = 'file', extra: Partial<LayerEntry> = {}): LayerEntry {
  return { path, type, sizeBytes: type === 'file' ? 10 : 0, mode: 0o644, uid: 0, gid: 0, ...extra };
}
const dir = (path: string, extra: Partial<LayerEntry> = {}) => entry(path, 'directory', extra);
const whiteout = (path: string) => entry(path, 'whiteout');
const opaque = (path: string) => entry(path, 'opaque');
const link = (path: string, linkTarget: string) => entry(path, 'symlink', { linkTarget });

function paths(...layers: LayerEntry[][]): string[] {
  return [...mergeLayers(layers.map((entries) => ({ entries }))).keys()].sort();
}

describe('mergeLayers', () => {
  it('shows the files of every layer', () => {
    expect(paths([dir('/a'), entry('/a/1')], [dir('/a'), entry('/a/2')])).toEqual(['/a', '/a/1', '/a/2']);
  });

  it('takes the entry of the uppermost layer and says which layer that is', () => {
    const merged = mergeLayers([
      { entries: [entry('/f', 'file', { sizeBytes: 1, uid: 0 })] },
      { entries: [entry('/f', 'file', { sizeBytes: 2, uid: 1000 })] },
      { entries: [entry('/other')] },
    ]);
    expect(merged.get('/f')).toMatchObject({ sizeBytes: 2, uid: 1000, layer: 1 });
    expect(merged.get('/other')?.layer).toBe(2);
  });

  it('takes the owner and mode of a directory from the uppermost layer that touches it and keeps its content', () => {
    const merged = mergeLayers([
      { entries: [dir('/app', { uid: 0 }), entry('/app/x')] },
      { entries: [dir('/app', { uid: 1000, mode: 0o700 })] },
    ]);
    expect(merged.get('/app')).toMatchObject({ uid: 1000, mode: 0o700, layer: 1 });
    expect(merged.get('/app/x')?.layer).toBe(0);
  });

  it('hides a file that a later layer deletes', () => {
    expect(paths([entry('/secret'), entry('/kept')], [whiteout('/secret')])).toEqual(['/kept']);
  });

  it('hides everything below a directory that a later layer deletes', () => {
    expect(paths([dir('/a'), dir('/a/b'), entry('/a/b/c'), entry('/ab')], [whiteout('/a')])).toEqual(['/ab']);
  });

  it('shows a file that is made again after its deletion', () => {
    const merged = mergeLayers([
      { entries: [entry('/f', 'file', { sizeBytes: 1 })] },
      { entries: [whiteout('/f')] },
      { entries: [entry('/f', 'file', { sizeBytes: 3 })] },
    ]);
    expect(merged.get('/f')).toMatchObject({ sizeBytes: 3, layer: 2 });
  });

  it('does not bring old content back when a deleted directory is made again', () => {
    expect(paths([dir('/a'), entry('/a/old')], [whiteout('/a')], [dir('/a'), entry('/a/new')])).toEqual([
      '/a',
      '/a/new',
    ]);
  });

  it('lets an opaque directory hide what lower layers put into it but not its own entries', () => {
    expect(
      paths([dir('/a'), entry('/a/old'), dir('/a/sub'), entry('/a/sub/x')], [dir('/a'), opaque('/a'), entry('/a/new')]),
    ).toEqual(['/a', '/a/new']);
  });

  it('lets a whiteout and an entry of the same path live in one layer: deleted below, made again here', () => {
    const merged = mergeLayers([
      { entries: [dir('/a'), entry('/a/old')] },
      { entries: [whiteout('/a'), dir('/a'), entry('/a/new')] },
    ]);
    expect([...merged.keys()].sort()).toEqual(['/a', '/a/new']);
  });

  it('does not depend on whether the whiteout stands before or after the entries of its layer', () => {
    const lower = [dir('/a'), entry('/a/old')];
    expect(paths(lower, [dir('/a'), entry('/a/new'), opaque('/a')])).toEqual(
      paths(lower, [opaque('/a'), entry('/a/new'), dir('/a')]),
    );
  });

  it('hides the content of a directory that a later layer replaces with a file or a symlink', () => {
    expect(paths([dir('/a'), entry('/a/x')], [entry('/a')])).toEqual(['/a']);
    expect(paths([dir('/a'), entry('/a/x')], [link('/a', '/b')])).toEqual(['/a']);
  });

  it('keeps content hidden when a directory became a file and then a directory again', () => {
    expect(paths([dir('/a'), entry('/a/x')], [entry('/a')], [dir('/a'), opaque('/a'), entry('/a/y')])).toEqual([
      '/a',
      '/a/y',
    ]);
  });

  it('never follows a symlink: a path below one in a lower layer is a path of its own', () => {
    const merged = mergeLayers([
      { entries: [link('/bin', '/usr/bin'), dir('/usr'), dir('/usr/bin'), entry('/usr/bin/sh')] },
      { entries: [dir('/bin'), entry('/bin/tool')] },
    ]);
    expect(merged.get('/bin')?.type).toBe('directory');
    expect([...merged.keys()].sort()).toEqual(['/bin', '/bin/tool', '/usr', '/usr/bin', '/usr/bin/sh']);
  });

  it('empties the whole file system with an opaque root', () => {
    expect(paths([dir('/'), entry('/a'), dir('/b'), entry('/b/c')], [dir('/'), opaque('/'), entry('/z')])).toEqual([
      '/',
      '/z',
    ]);
  });

  it('reads one path however it is spelt', () => {
    expect(paths([entry('a/b'), entry('./a//c'), dir('/a/')], [whiteout('/a/./x/../b')])).toEqual(['/a', '/a/c']);
  });

  it('keeps file names with newlines and odd characters as they are', () => {
    expect(paths([entry('/a\nb'), entry('/…'), entry('/.. '), entry('/..x')])).toEqual(['/.. ', '/..x', '/a\nb', '/…']);
  });

  it('takes the last of two entries of one path in one layer', () => {
    const merged = mergeLayers([{ entries: [entry('/f', 'file', { sizeBytes: 1 }), link('/f', '/etc')] }]);
    expect(merged.get('/f')?.type).toBe('symlink');
  });

  it('is not fooled by names of JavaScript object members', () => {
    expect(paths([entry('/__proto__'), entry('/constructor'), entry('/a/__proto__/x')])).toContain('/__proto__');
  });

  it('agrees with an overlay simulated one operation at a time, over thousands of random layers', () => {
    const random = randomFrom(7);
    for (let round = 0; round < 300; round++) {
      const layers = Array.from({ length: 1 + random(5) }, () => randomLayer(random));
      expect(
        paths(...layers),
        `layers: ${JSON.stringify(layers.map((l) => l.map((e) => `${e.type} ${e.path}`)))}`,
      ).toEqual(simulate(layers));
    }
  });
});

describe('canonicalPath', () => {
  it('never leaves the root', () => {
    expect(canonicalPath('../../etc/passwd')).toBe('/etc/passwd');
    expect(canonicalPath('/..')).toBe('/');
    expect(canonicalPath('')).toBe('/');
    expect(canonicalPath('/')).toBe('/');
  });
});

describe('hiddenBytes', () => {
  it('counts files that were overwritten or deleted, in the layer that still carries them', () => {
    const layers = [
      { entries: [entry('/big', 'file', { sizeBytes: 100 }), entry('/kept')] },
      { entries: [entry('/big', 'file', { sizeBytes: 100 }), entry('/temporary', 'file', { sizeBytes: 50 })] },
      { entries: [whiteout('/temporary')] },
    ];
    expect(hiddenBytes(layers, mergeLayers(layers))).toEqual([100, 50, 0]);
  });
});

/** A small generator, so that a failing round can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

/** A layer as overlayfs would diff it: parents are there as directories, one entry per path, no entry below a file. */
function randomLayer(random: (below: number) => number): LayerEntry[] {
  const layer = new Map<string, LayerEntry>();
  for (let count = 1 + random(6); count > 0; count--) {
    const depth = 1 + random(3);
    const parts = Array.from({ length: depth }, () => 'abc'[random(3)] ?? 'a');
    const path = `/${parts.join('/')}`;
    const parents = parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
    if (layer.has(path) || [...layer.keys()].some((other) => other.startsWith(`${path}/`))) continue;
    if (parents.some((parent) => layer.has(parent) && layer.get(parent)?.type !== 'directory')) continue;
    for (const parent of parents) layer.set(parent, dir(parent));
    layer.set(path, [entry(path), dir(path), whiteout(path), link(path, '/x')][random(4)] ?? entry(path));
  }
  const opaques = [...layer.values()].filter(({ type }) => type === 'directory' && random(4) === 0);
  return [...layer.values(), ...opaques.map(({ path }) => opaque(path))];
}

/** The slow and obvious way: apply each layer's deletions, then its entries, to a set of paths. */
function simulate(layers: LayerEntry[][]): string[] {
  const state = new Map<string, string>();
  const removeBelow = (path: string) => {
    for (const other of [...state.keys()]) if (other.startsWith(`${path}/`)) state.delete(other);
  };
  for (const layer of layers) {
    for (const { type, path } of layer) {
      if (type === 'opaque') removeBelow(path);
      if (type !== 'whiteout') continue;
      removeBelow(path);
      state.delete(path);
    }
    for (const { type, path } of layer) {
      if (type === 'whiteout' || type === 'opaque') continue;
      if (type !== 'directory') removeBelow(path);
      state.set(path, type);
    }
  }
  return [...state.keys()].sort();
}
