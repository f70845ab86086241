/** For tests only: an API with small real parts. */
import type { Hono } from 'hono';
import type { CatalogueView, Exercise, Health } from '../contract/exercise.ts';
import type { Submission } from '../contract/submission.ts';
import type { ApiDeps } from './deps.ts';

export const testExercise: Exercise = {
  slug: 'small-node',
  title: 'Small Node',
  lesson: 'stages',
  summary: 'Make it small.',
  minutes: 10,
  stack: 'node',
  images: ['node:20-slim'],
  ready: true,
  starter: { dockerfile: 'FROM node:20' },
  files: [],
  checks: [],
  hints: [],
};

export const testHealth: Health = {
  status: 'ready',
  message: 'Everything is ready.',
  database: { ok: true },
  engine: { ok: true },
  images: { ready: 1, total: 1 },
  missing: [],
  tasks: [],
};

export const testCatalogue: CatalogueView = {
  source: 'stand-in',
  images: [{ name: 'node:20-slim', aliases: [], summary: 'Node', state: 'ready' }],
};

export function testDeps(changes: Partial<ApiDeps> = {}): ApiDeps {
  return {
    storage: () => undefined,
    exercises: () => ({
      list: () => [testExercise],
      find: (slug) => (slug === testExercise.slug ? testExercise : undefined),
      solution: (slug) => (slug === testExercise.slug ? { dockerfile: 'FROM node:20-slim\n# the answer' } : undefined),
    }),
    catalogue: () => testCatalogue,
    courseImageKey: (slug, kind) => `${slug} ${kind}`,
    terminals: () => undefined,
    health: () => testHealth,
    settings: {
      siteDir: '/nonexistent',
      host: '127.0.0.1',
      allowedHosts: ['stagecraft.school.example'],
      trustProxy: false,
    },
    cookieSecret: 'a secret of at least thirty-two characters',
    log: () => 'log-id',
    shutdown: new AbortController().signal,
    ...changes,
  };
}

/**
 * Sends and reads as a browser does. Asked for the API at each call: a test may start it anew.
 * @param headers sent with each submission, as by a proxy
 */
export function testBrowser(api: () => Hono, remoteAddress?: string, headers: Record<string, string> = {}) {
  const connection = remoteAddress === undefined ? undefined : { incoming: { socket: { remoteAddress } } };
  return {
    send: async (cookie?: string, dockerfile = 'FROM node:20') => {
      const request = {
        method: 'POST',
        body: JSON.stringify({ exercise: testExercise.slug, dockerfile }),
        headers: { 'Content-Type': 'application/json', ...(cookie && { Cookie: cookie }), ...headers },
      };
      const response = await api().request('/api/submissions', request, connection);
      const setCookie = response.headers.get('Set-Cookie') ?? '';
      const body = (await response.json()) as Submission;
      return { response, setCookie, cookie: setCookie.split(';')[0] ?? '', body };
    },
    get: (path: string, cookie: string, more: Record<string, string> = {}) =>
      api().request(path, { headers: { Cookie: cookie, ...more } }),
  };
}
