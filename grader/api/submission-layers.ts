/** The layers of a submission's image and the files in them, to its learner alone. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { layerFilesSchema, type SubmissionLayers, submissionLayersSchema } from '../contract/layers.ts';
import type { Submission } from '../contract/submission.ts';
import { StagecraftError } from '../errors.ts';
import { findLayerFiles, readLayerFiles } from '../store/layer-files.ts';
import { type ApiDeps, requireStorage } from './deps.ts';
import { describeJson } from './describe.ts';
import { requireOwn, requireSubmission } from './submissions.ts';

/** @throws StagecraftError `not_found` when nothing was built (yet) */
function imageOf({ report }: Submission) {
  if (report?.image === undefined) {
    throw new StagecraftError('not_found', 'This submission has no image, so there are no layers to show.');
  }
  return report.image;
}

async function layersOf(deps: ApiDeps, submission: Submission): Promise<SubmissionLayers> {
  const { sizeBytes, baseImage, layers } = imageOf(submission);
  const { db } = requireStorage(deps).store;
  const kept = await findLayerFiles(
    db,
    layers.flatMap(({ diffId }) => diffId ?? []),
  );
  return {
    submission: submission.id,
    attempt: submission.attempt,
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

export const submissionLayerRoutes = (deps: ApiDeps) =>
  new Hono()
    .get(
      '/:id/layers',
      describeJson(
        "The layers of the submission's image, from the bottom up",
        { status: 200, schema: submissionLayersSchema },
        { 404: 'No such submission, or nothing was built' },
      ),
      etag(),
      async (c) => {
        const submission = await requireSubmission(deps, await requireOwn(c, deps));
        c.header('Cache-Control', 'private, no-cache');
        return c.json(await layersOf(deps, submission));
      },
    )
    .get(
      '/:id/layers/:diffId',
      describeJson(
        'The files of one of them: names, sizes and modes, never contents',
        { status: 200, schema: layerFilesSchema },
        { 404: 'No such submission or layer, or its files are not kept' },
      ),
      async (c) => {
        const submission = await requireSubmission(deps, await requireOwn(c, deps));
        const diffId = c.req.param('diffId');
        // Another learner's layers are none of theirs, even under an id that they know.
        if (!imageOf(submission).layers.some((layer) => layer.diffId === diffId)) throw noFiles();
        // A layer never changes, and its id says what is in it.
        const tag = `"${createHash('sha256').update(diffId).digest('base64url')}"`;
        c.header('ETag', tag);
        c.header('Cache-Control', 'private, max-age=31536000, immutable');
        if (c.req.header('If-None-Match') === tag) return c.body(null, 304);
        const files = await readLayerFiles(requireStorage(deps).store.db, diffId);
        if (files === undefined) throw noFiles();
        c.header('Content-Type', 'application/json');
        c.header('Vary', 'Accept-Encoding');
        if (!/\bgzip\b/.test(c.req.header('Accept-Encoding') ?? '')) {
          return c.body(new Uint8Array(await promisify(gunzip)(files)));
        }
        c.header('Content-Encoding', 'gzip');
        return c.body(new Uint8Array(files));
      },
    );
