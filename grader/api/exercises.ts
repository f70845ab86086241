import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { exerciseSchema, exerciseSummarySchema, solutionSchema } from '../contract/exercise.ts';
import { StagecraftError } from '../errors.ts';
import { hasPassed } from '../store/submissions.ts';
import { type ApiDeps, requireStorage } from './deps.ts';
import { describeJson } from './describe.ts';
import { currentLearner } from './session.ts';

/** @throws StagecraftError `not_found` */
export function requireExercise(deps: Pick<ApiDeps, 'exercises'>, slug: string) {
  const exercise = deps.exercises().find(slug);
  if (!exercise)
    throw new StagecraftError(
      'not_found',
      `There is no exercise ${JSON.stringify(slug.slice(0, 100))}. /api/exercises lists those there are.`,
    );
  return exercise;
}

const notEarned = () =>
  new StagecraftError(
    'not_permitted',
    'The solution is shown to those who have passed this exercise. Build & check until every check passes, then ask again.',
  );

/**
 * What tells anything of the solution is for those who have passed.
 * @throws StagecraftError `not_permitted`
 */
export async function requireEarned(
  c: Context,
  deps: Pick<ApiDeps, 'storage' | 'cookieSecret'>,
  exercise: string,
): Promise<void> {
  const learner = await currentLearner(c, deps);
  const { db } = requireStorage(deps).store;
  if (!learner || !(await hasPassed(db, { learnerId: learner.id, exercise }))) throw notEarned();
}

export const exerciseRoutes = (deps: Pick<ApiDeps, 'exercises' | 'storage' | 'cookieSecret'>) =>
  new Hono()
    .get('/', describeJson('All exercises', { status: 200, schema: z.array(exerciseSummarySchema) }), (c) =>
      c.json(deps.exercises().list()),
    )
    .get(
      '/:slug',
      describeJson(
        'One exercise with its starter files',
        { status: 200, schema: exerciseSchema },
        { 404: 'No such exercise' },
      ),
      (c) => c.json(requireExercise(deps, c.req.param('slug'))),
    )
    .get(
      '/:slug/solution',
      describeJson(
        'One right answer, for learners who have passed the exercise',
        { status: 200, schema: solutionSchema },
        { 403: 'Not passed yet', 404: 'No such exercise', 503: 'The database is not open yet' },
      ),
      async (c) => {
        const { slug } = requireExercise(deps, c.req.param('slug'));
        await requireEarned(c, deps, slug);
        const solution = deps.exercises().solution(slug);
        if (!solution) throw notEarned();
        return c.json(solution);
      },
    );
