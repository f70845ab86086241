/** The cache lab: building one's own submission once more after an edit. Its events and its end are at `/api/submissions/:id`. */
import { Hono } from 'hono';
import { validator } from 'hono-openapi';
import { z } from 'zod';
import { newRebuildSchema, rebuildSchema } from '../contract/rebuild.ts';
import type { Submission } from '../contract/submission.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { submitRebuild } from '../queue/submit-rebuild.ts';
import { listRebuilds } from '../store/rebuilds.ts';
import { type ApiDeps, requireStorage } from './deps.ts';
import { describeJson } from './describe.ts';
import { refuseInvalid } from './errors.ts';
import { requireExercise } from './exercises.ts';
import { limitRate } from './rate-limits.ts';
import { jsonBodyOnly, limitBody } from './security.ts';
import { refuseUngradable, requireOwn, requireSubmission } from './submissions.ts';

function refuseUnbuilt({ state, report }: Submission): void {
  if (state === 'queued' || state === 'grading') {
    throw new StagecraftError('conflict', 'This submission is still being graded. Wait until it has finished.');
  }
  if (report?.build.ok !== true) {
    throw new StagecraftError('conflict', 'This submission built no image, so there is nothing to build again.');
  }
}

export const rebuildRoutes = (deps: ApiDeps) =>
  new Hono()
    .post(
      '/:id/rebuilds',
      describeJson(
        'Build a submission once more after an edit of one file of the app',
        { status: 201, schema: rebuildSchema },
        {
          400: 'Not as the schema says, or no such file',
          404: 'No such submission',
          409: 'It built nothing, or is being graded',
          429: 'Too many',
          503: 'This machine can not build it',
        },
      ),
      limitRate(limits.api.submissionsPerMinutePerAddress, 'rebuilds'),
      limitBody,
      jsonBodyOnly,
      validator('json', newRebuildSchema, refuseInvalid('The rebuild')),
      async (c) => {
        const request = c.req.valid('json');
        const own = await requireOwn(c, deps);
        const of = await requireSubmission(deps, own);
        refuseUnbuilt(of);
        const exercise = requireExercise(deps, of.exercise);
        const files = exercise.files.filter(({ text }) => text !== '').map(({ path }) => path);
        if (!files.includes(request.edit)) {
          throw new StagecraftError(
            'bad_input',
            `Expected a text file of the app, like ${files[0] ?? 'src/index.js'}, found ${JSON.stringify(request.edit.slice(0, 60))}.`,
          );
        }
        await refuseUngradable(deps, exercise.images);
        const rebuild = await submitRebuild(requireStorage(deps), { learnerId: own.learnerId, of, request });
        c.header('Location', `/api/submissions/${rebuild.id}`);
        return c.json(rebuild, 201);
      },
    )
    .get(
      '/:id/rebuilds',
      describeJson(
        'The rebuilds of one submission, newest first',
        { status: 200, schema: z.array(rebuildSchema) },
        { 404: 'No such submission' },
      ),
      async (c) => {
        const own = await requireOwn(c, deps);
        await requireSubmission(deps, own);
        return c.json(await listRebuilds(requireStorage(deps).store.db, own));
      },
    );
