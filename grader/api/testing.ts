/** For tests only: an API with small real parts. */
import type { CatalogueView, Exercise, Health } from '../contract/exercise.ts';
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
    terminals: () => undefined,
    health: () => testHealth,
    settings: { siteDir: '/nonexistent', host: '127.0.0.1', allowedHosts: ['stagecraft.school.example'] },
    cookieSecret: 'a secret of at least thirty-two characters',
    log: () => 'log-id',
    shutdown: new AbortController().signal,
    ...changes,
  };
}
