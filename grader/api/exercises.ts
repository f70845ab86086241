import { Hono } from 'hono';
import { z } from 'zod';
import { exerciseSchema, exerciseSummarySchema } from '../contract/exercise.ts';
import { StagecraftError } from '../errors.ts';
import type { ApiDeps } from './deps.ts';
import { describeJson } from './describe.ts';

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

export const exerciseRoutes = (deps: Pick<ApiDeps, 'exercises'>) =>
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
    );
