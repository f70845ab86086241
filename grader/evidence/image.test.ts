import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { assembleImage, historyFrom, type ImageParts } from './image.ts';

/** Recorded by `fixtures/record-image.ts`. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'image-docker-26.1.5.json'), 'utf8'));
const stored = { inspected: recorded.stored.inspected, history: historyFrom(recorded.stored.history) };
const base = { inspected: recorded.base.inspected, history: historyFrom(recorded.base.history) };
const dockerfile = parseDockerfile(recorded.dockerfile);

function assemble(parts: Partial<ImageParts> = {}) {
  return assembleImage({ stored, layers: recorded.layers, base, dockerfile, ...parts });
}
const ownLayers = ({ layers }: ReturnType<typeof assemble>) =>
  layers.filter(({ fromBase }) => !fromBase).map(({ line, sizeBytes }) => [line, sizeBytes]);

describe('assembleImage', () => {
  it("ties the layers of the file's own stages to their lines", () => {
    expect(ownLayers(assemble())).toEqual([
      [2, 0],
      [3, 2],
      [4, 10],
      [12, 7],
      [13, 6],
    ]);
  });

  it('ties every history entry to its line, metadata too', () => {
    const own = assemble().history.filter(({ fromBase }) => !fromBase);
    expect(own.map(({ line, emptyLayer }) => (emptyLayer ? -(line ?? 0) : line))).toEqual([
      2, 3, 4, -11, 12, 13, -14, -15, -16, -17, -18, -19, -20, -21, -22,
    ]);
  });

  it('never gives a layer of the base image a line', () => {
    const { layers, history } = assemble();
    expect(layers.filter(({ fromBase }) => fromBase).map(({ line }) => line)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(history.filter(({ fromBase }) => fromBase)).toHaveLength(7);
    expect(layers[0]?.createdBy).toBe('COPY / / # buildkit');
  });

  it('finds the border to the base image by counting when the base is not known', () => {
    const known = assemble();
    const guessed = assemble({ base: undefined });
    expect(guessed.layers).toEqual(known.layers);
    expect(guessed.history).toEqual(known.history);
  });

  it('does not trust a base that is not the bottom of this image', () => {
    const other = {
      ...base,
      history: [{ createdBy: 'something else', comment: '', sizeBytes: 5 }, ...base.history.slice(1)],
    };
    expect(ownLayers(assemble({ base: other }))).toEqual(ownLayers(assemble()));
  });

  it('leaves lines out without a Dockerfile', () => {
    const { layers } = assemble({ dockerfile: undefined });
    expect(layers.map(({ line }) => line)).toEqual(layers.map(() => undefined));
    expect(layers.filter(({ fromBase }) => fromBase)).toHaveLength(3);
  });

  it('reads the config without nulls', () => {
    expect(assemble().config).toMatchObject({
      user: 'node',
      env: { NODE_ENV: 'production', PORT: '3000' },
      entrypoint: ['node'],
      cmd: ['dist'],
      workingDir: '/app',
      exposedPorts: ['3000/tcp'],
      volumes: ['/data'],
      stopSignal: 'SIGINT',
      healthcheck: ['CMD', 'node', '-v'],
      shell: undefined,
    });
  });

  it('applies the whiteout of a later layer', () => {
    const { files } = assemble();
    expect(files.has('/app/node_modules')).toBe(false);
    expect(files.get('/app/production')).toMatchObject({ layer: 6, sizeBytes: 7 });
  });

  it('adds up what would be downloaded', () => {
    const sum = recorded.layers.reduce(
      (total: number, layer: { compressedBytes: number }) => total + layer.compressedBytes,
      0,
    );
    expect(assemble().compressedBytes).toBe(sum);
  });

  it('survives an image without config, history or layers', () => {
    const bare = { inspected: { Id: 'sha256:0', Config: null }, history: [] };
    expect(assembleImage({ stored: bare, layers: [], base: undefined, dockerfile: undefined })).toMatchObject({
      ...{ id: 'sha256:0', sizeBytes: 0, layers: [], history: [] },
      config: { user: '', entrypoint: [], workingDir: '/' },
    });
  });
});
