/**
 * What a web server without a grader answers, so that the pages read there without an error: the real server answers
 * `/api` itself, before it looks at files.
 */
import type { APIRoute } from 'astro';
import type { Health } from '../../../grader/contract/exercise.ts';
import { strings } from '../../strings.ts';

const answer: Health = {
  status: 'reading',
  message: strings.health.staticMessage,
  database: { ok: false },
  engine: { ok: false },
  images: { ready: 0, total: 0 },
  missing: [strings.health.staticMissing],
  tasks: [],
};

export const GET: APIRoute = () => Response.json(answer);
