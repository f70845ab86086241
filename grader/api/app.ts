/**
 * The whole HTTP side in one place: what every request passes, then one line per resource, then the site's files.
 *
 * Answers while the engine, its images and even the database are still starting; each route asks for what it needs.
 */
import { Hono } from 'hono';
import { openAPIRouteHandler } from 'hono-openapi';
import { limits } from '../limits.ts';
import { catalogueRoutes } from './catalogue.ts';
import { knowClient } from './client.ts';
import { courseImageRoutes } from './course-images.ts';
import type { ApiDeps } from './deps.ts';
import { apiNotFound, createErrorHandler } from './errors.ts';
import { exerciseRoutes } from './exercises.ts';
import { healthRoutes } from './health.ts';
import { limitRate } from './rate-limits.ts';
import { rebuildRoutes } from './rebuilds.ts';
import { schemaRoutes } from './schemas.ts';
import { keepPrivate, knownHostsOnly, sameOriginOnly, securityHeaders } from './security.ts';
import { siteRoutes } from './site.ts';
import { submissionEventRoutes } from './submission-events.ts';
import { submissionLayerRoutes } from './submission-layers.ts';
import { submissionRoutes } from './submissions.ts';
import { terminalRoutes } from './terminal.ts';

const apiRoutes = (deps: ApiDeps) =>
  new Hono()
    .basePath('/api')
    .route('/submissions', submissionRoutes(deps))
    .route('/submissions', submissionEventRoutes(deps))
    .route('/submissions', submissionLayerRoutes(deps))
    .route('/submissions', rebuildRoutes(deps))
    .route('/submissions', terminalRoutes(deps))
    .route('/exercises', exerciseRoutes(deps))
    .route('/exercises', courseImageRoutes(deps))
    .route('/catalogue', catalogueRoutes(deps))
    .route('/health', healthRoutes(deps))
    .route('/schema', schemaRoutes());

/** For `hc<Api>('/')` in the browser; `import type` keeps the server out. */
export type Api = ReturnType<typeof apiRoutes>;

const about = {
  openapi: '3.1.0',
  info: { title: 'Stagecraft', version: '1', description: 'Sends Dockerfiles to be graded and tells what was found.' },
};

export function createApi(deps: ApiDeps): Hono {
  const app = new Hono();
  app.onError(createErrorHandler(deps.log));
  app.use(knowClient(deps.settings));
  app.use(securityHeaders);
  app.use(knownHostsOnly(deps.settings));
  app.use(sameOriginOnly);
  app.use('/api/*', keepPrivate);
  app.use('/api/*', limitRate(limits.api.requestsPerMinutePerAddress, 'requests'));
  const routes = apiRoutes(deps);
  app.route('/', routes);
  app.get(
    '/api/openapi.json',
    openAPIRouteHandler(routes, { documentation: about, defaultValidationErrorResponse: false }),
  );
  app.all('/api/*', apiNotFound);
  app.all('/api', apiNotFound);
  app.route('/', siteRoutes(deps));
  return app;
}
