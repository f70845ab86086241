/** How the layers of any image are told, whoever may see them. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from 'hono';
import type { ImageLayers } from '../contract/layers.ts';
import { StagecraftError } from '../errors.ts';
import type { Executor } from '../store/database.ts';
import { findLayerFiles, readLayerFiles } from '../store/layer-files.ts';
import type { StoredImage } from '../store/schema.ts';

/** With what is kept of the files of each layer. */
export async function withFiles(db: Executor, { sizeBytes, baseImage, layers }: StoredImage): Promise<ImageLayers> {
  const kept = await findLayerFiles(
    db,
    layers.flatMap(({ diffId }) => diffId ?? []),
  );
  return {
    sizeBytes,
    ...(baseImage !== undefined && { baseImage }),
    layers: layers.map((layer) => {
      const found = layer.diffId === undefined ? undefined : kept.get(layer.diffId);
      if (found === undefined) return { ...layer, files: 'not_kept' };
      return { ...layer, files: found.tooMany ? 'too_many' : 'here', entries: found.entries };
    }),
  };
}

const noFiles = () => new StagecraftError('not_found', 'The files of this layer are not kept.');

/**
 * The files of one layer of an image that the caller may see, as they are stored.
 * @throws StagecraftError `not_found` when the image has no such layer, also when another one has
 */
export async function answerLayerFiles(
  c: Context,
  db: Executor,
  { image, diffId }: { image: Pick<StoredImage, 'layers'>; diffId: string },
): Promise<Response> {
  if (!image.layers.some((layer) => layer.diffId === diffId)) throw noFiles();
  // A layer never changes, and its id says what is in it.
  const tag = `"${createHash('sha256').update(diffId).digest('base64url')}"`;
  c.header('ETag', tag);
  c.header('Cache-Control', 'private, max-age=31536000, immutable');
  if (c.req.header('If-None-Match') === tag) return c.body(null, 304);
  const files = await readLayerFiles(db, diffId);
  if (files === undefined) throw noFiles();
  c.header('Content-Type', 'application/json');
  c.header('Vary', 'Accept-Encoding');
  if (!/\bgzip\b/.test(c.req.header('Accept-Encoding') ?? '')) {
    return c.body(new Uint8Array(await promisify(gunzip)(files)));
  }
  c.header('Content-Encoding', 'gzip');
  return c.body(new Uint8Array(files));
}
