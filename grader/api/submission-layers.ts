/** The layers of a submission's image and the files in them, to its learner alone. */
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { layerFilesSchema, type SubmissionLayers, submissionLayersSchema } from '../contract/layers.ts';
import type { Submission } from '../contract/submission.ts';
import { StagecraftError } from '../errors.ts';
import { type ApiDeps, requireStorage } from './deps.ts';
import { describeJson } from './describe.ts';
import { answerLayerFiles, withFiles } from './layer-files.ts';
import { requireOwn, requireSubmission } from './submissions.ts';

/** @throws StagecraftError `not_found` when nothing was built (yet) */
function imageOf({ report }: Submission) {
  if (report?.image === undefined) {
    throw new StagecraftError('not_found', 'This submission has no image, so there are no layers to show.');
  }
  return report.image;
}

async function layersOf(deps: ApiDeps, submission: Submission): Promise<SubmissionLayers> {
  const image = await withFiles(requireStorage(deps).store.db, imageOf(submission));
  return { submission: submission.id, attempt: submission.attempt, ...image };
}

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
        // Another learner's layers are none of theirs, even under an id that they know.
        const asked = { image: imageOf(submission), diffId: c.req.param('diffId') };
        return answerLayerFiles(c, requireStorage(deps).store.db, asked);
      },
    );
