/**
 * The images of an exercise's starter and solution, to compare one's own with: built when somebody asks for them, once.
 * What the solution's holds tells the solution, so both are guarded alike.
 */
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { type CourseImage, courseImageKindSchema, courseImageSchema, layerFilesSchema } from '../contract/layers.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { askForCourseImage } from '../queue/course-images.ts';
import { type CourseImageOf, findCourseImage } from '../store/course-images.ts';
import { type ApiDeps, requireStorage } from './deps.ts';
import { describeJson } from './describe.ts';
import { requireEarned, requireExercise } from './exercises.ts';
import { answerLayerFiles, withFiles } from './layer-files.ts';
import { limitRate } from './rate-limits.ts';
import { currentLearner } from './session.ts';
import { refuseUngradable } from './submissions.ts';

/**
 * Which image is asked for, by somebody who may see it.
 * @throws StagecraftError `not_found`, `not_permitted`, `not_ready` while nothing can be built
 */
async function requireCourseImage(c: Context, deps: ApiDeps): Promise<CourseImageOf> {
  const { slug: exercise } = requireExercise(deps, c.req.param('slug') ?? '');
  const kind = courseImageKindSchema.safeParse(c.req.param('kind')).data;
  if (kind === undefined) {
    throw new StagecraftError('not_found', 'An exercise has an image of its `starter` and one of its `solution`.');
  }
  if (kind === 'solution') await requireEarned(c, deps, exercise);
  const key = deps.courseImageKey(exercise, kind);
  if (key === undefined) {
    throw new StagecraftError('not_ready', 'Nothing can be built here yet, so there is nothing to compare with.', {
      retryable: true,
    });
  }
  return { exercise, kind, key };
}

async function readCourseImage(deps: ApiDeps, of: CourseImageOf): Promise<CourseImage> {
  const { db } = requireStorage(deps).store;
  const found = await findCourseImage(db, of);
  if (found?.state !== 'built') return found ?? { state: 'not_built' };
  const image = await withFiles(db, found.image);
  const complete = image.layers.every(({ files }) => files !== 'not_kept');
  return complete ? { state: 'built', image } : { state: 'not_built' };
}

const refusals = { 403: 'The solution, and not passed yet', 404: 'No such exercise or image', 503: 'Not ready' };

export const courseImageRoutes = (deps: ApiDeps) =>
  new Hono()
    .get(
      '/:slug/images/:kind',
      describeJson(
        "The layers of the image that the exercise's `starter` or `solution` builds, from the bottom up",
        { status: 200, schema: courseImageSchema },
        refusals,
      ),
      etag(),
      async (c) => {
        const of = await requireCourseImage(c, deps);
        c.header('Cache-Control', 'private, no-cache');
        return c.json(await readCourseImage(deps, of));
      },
    )
    .post(
      '/:slug/images/:kind',
      describeJson(
        'Have it built, unless it is; then ask for it until it is',
        { status: 202, schema: courseImageSchema },
        { ...refusals, 403: 'Not passed yet, or nothing sent yet', 429: 'Too many' },
      ),
      limitRate(limits.api.submissionsPerMinutePerAddress, 'images'),
      async (c) => {
        const of = await requireCourseImage(c, deps);
        if (!(await currentLearner(c, deps))) {
          throw new StagecraftError('not_permitted', 'Build something of your own first, to compare with.');
        }
        await refuseUngradable(deps, requireExercise(deps, of.exercise).images);
        const { state } = await readCourseImage(deps, of);
        if (state === 'not_built' || state === 'failed') await askForCourseImage(requireStorage(deps), of);
        return c.json(await readCourseImage(deps, of), 202);
      },
    )
    .get(
      '/:slug/images/:kind/layers/:diffId',
      describeJson(
        'The files of one of its layers: names, sizes and modes, never contents',
        { status: 200, schema: layerFilesSchema },
        refusals,
      ),
      async (c) => {
        const of = await requireCourseImage(c, deps);
        const { db } = requireStorage(deps).store;
        const found = await findCourseImage(db, of);
        if (found?.state !== 'built') throw new StagecraftError('not_found', 'This image is not built.');
        return answerLayerFiles(c, db, { image: found.image, diffId: c.req.param('diffId') });
      },
    );
