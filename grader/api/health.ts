import { Hono } from 'hono';
import { healthSchema } from '../contract/exercise.ts';
import type { ApiDeps } from './deps.ts';
import { describeJson } from './describe.ts';

export const healthRoutes = (deps: Pick<ApiDeps, 'health'>) =>
  new Hono().get(
    '/',
    describeJson('What is ready and what is missing', { status: 200, schema: healthSchema }),
    async (c) => {
      c.header('Cache-Control', 'no-store');
      return c.json(await deps.health());
    },
  );
