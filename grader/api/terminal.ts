/** The terminal of one's own attempt: what is there, its files, and the socket of a shell. */
import { upgradeWebSocket } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { validator } from 'hono-openapi';
import { z } from 'zod';
import {
  type FileList,
  fileListSchema,
  type TerminalView,
  terminalQuerySchema,
  terminalViewSchema,
} from '../contract/terminal.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Terminals } from '../terminal/terminals.ts';
import type { ApiDeps } from './deps.ts';
import { describeJson } from './describe.ts';
import { refuseInvalid } from './errors.ts';
import { limitRate } from './rate-limits.ts';
import { sameOriginSocket } from './security.ts';
import { requireOwn, requireSubmission } from './submissions.ts';
import { socketEvents } from './terminal-socket.ts';

const pathQuerySchema = z.object({ path: z.string().max(4096).default('/').describe('absolute within the image') });

/** @throws StagecraftError `not_ready` */
function requireTerminals(deps: ApiDeps): Terminals {
  const terminals = deps.terminals();
  if (terminals === undefined) {
    const message = 'The sandbox engine is not ready yet, so nothing can be looked into. Try again in a moment.';
    throw new StagecraftError('not_ready', message, { retryable: true });
  }
  return terminals;
}

/** @throws StagecraftError `not_found` for what is not this learner's */
async function ownAttempt(c: Context, deps: ApiDeps) {
  const own = await requireOwn(c, deps);
  const submission = await requireSubmission(deps, own);
  return { of: { learner: own.learnerId, submission: own.id }, submission };
}

export const terminalRoutes = (deps: ApiDeps) =>
  new Hono()
    .get(
      '/:id/terminal',
      describeJson(
        "What there is to look into of an attempt's image",
        { status: 200, schema: terminalViewSchema },
        { 404: 'No such submission', 503: 'The engine is not ready' },
      ),
      async (c) => {
        const { of, submission } = await ownAttempt(c, deps);
        const view: TerminalView = await requireTerminals(deps).view(of);
        c.header('Cache-Control', 'no-store');
        const never = view.image === 'gone' && submission.report !== undefined && submission.report.image === undefined;
        return c.json(never ? { ...view, image: 'never' as const } : view);
      },
    )
    .get(
      '/:id/terminal/files',
      describeJson(
        "A folder of an attempt's image",
        { status: 200, schema: fileListSchema },
        { 404: 'No such submission or path, or the image is gone', 503: 'The engine is not ready' },
      ),
      validator('query', pathQuerySchema, refuseInvalid('The query')),
      async (c) => {
        const { of } = await ownAttempt(c, deps);
        const list: FileList = await requireTerminals(deps).list(of, c.req.valid('query').path);
        return c.json(list);
      },
    )
    .get(
      '/:id/terminal/socket',
      sameOriginSocket,
      limitRate(limits.terminal.openingsPerMinutePerAddress, 'terminals'),
      validator('query', terminalQuerySchema, refuseInvalid('The query')),
      upgradeWebSocket(async (c) => {
        const { of } = await ownAttempt(c, deps);
        const terminals = requireTerminals(deps);
        const query = terminalQuerySchema.parse(c.req.query());
        return socketEvents((page) => terminals.open(of, query, page), deps);
      }),
    );
