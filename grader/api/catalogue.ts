import { Hono } from 'hono';
import { catalogueViewSchema } from '../contract/exercise.ts';
import type { ApiDeps } from './deps.ts';
import { describeJson } from './describe.ts';

export const catalogueRoutes = (deps: Pick<ApiDeps, 'catalogue'>) =>
  new Hono().get(
    '/',
    describeJson('The base images a FROM may name', { status: 200, schema: catalogueViewSchema }),
    (c) => c.json(deps.catalogue()),
  );
