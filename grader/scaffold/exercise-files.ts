/**
 * A new exercise: an app of one file without packages, and Dockerfiles that prove themselves as they are. Only the
 * texts are places to fill in.
 */
import { placeMark } from './places.ts';

const fill = (what: string) => `${placeMark} ${what}`;
const lines = (...all: string[]) => `${all.join('\n')}\n`;

export interface NewExercise {
  slug: string;
  lesson: string;
  /** After those that are there. */
  order: number;
}

const server = lines(
  "const { createServer } = require('node:http');",
  '',
  'const port = Number(process.env.PORT ?? 3000);',
  'const server = createServer((request, response) => {',
  "  const known = request.url === '/healthz';",
  "  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });",
  "  response.end(JSON.stringify(known ? { status: 'ok' } : { error: 'not found' }));",
  '});',
  '',
  "process.on('SIGTERM', () => server.close());",
  'server.listen(port);',
);

const dockerfile = (base: string, ...rest: string[]) =>
  lines(`FROM ${base}`, 'WORKDIR /app', 'COPY server.js ./', ...rest);
const command = 'CMD ["node", "server.js"]';

const mistake = (refusedBy: string, what: string) =>
  lines(
    `title: '${fill(what)}'`,
    `refusedBy: ${refusedBy}`,
    'why: >-',
    `  ${fill('what goes wrong in production, in one or two sentences')}`,
  );

/** Paths relative to the exercise's folder. */
export function exerciseFiles({ lesson, order }: NewExercise): Record<string, string> {
  return {
    'exercise.yaml': lines(
      `title: '${fill('a short title')}'`,
      `lesson: ${lesson}`,
      `order: ${order}`,
      `summary: '${fill('what the learner does and why, in one sentence')}'`,
      'stack: node',
      'minutes: 8',
      'images: [node:20, node:20-slim]',
      'run:',
      '  port: 3000',
      '  env: { PORT: "3000" }',
      '  readyPath: /healthz',
      'checks:',
      '  - { id: builds, type: builds }',
      '  - id: answers',
      '    type: http',
      `    title: '${fill('what works when it answers')}'`,
      '    requests:',
      '      - { path: /healthz, expect: { body: { json: { status: ok } } } }',
      "  - { id: not-root, type: user, title: 'Runs as a user that is not root, named by number', nonRoot: true, numeric: true }",
      '  - { id: small, type: size, max: 230MB }',
    ),
    'brief.mdx': lines(
      fill('the story: what the app does, and what is wrong with its Dockerfile'),
      '',
      'Rewrite the **Dockerfile** so that',
      '',
      `- ${fill('each thing that a check looks for, in the words of a learner')}`,
    ),
    'after.mdx': lines(
      `**What changed.** ${fill('what the solution does differently')}`,
      '',
      `**What production would still add.** ${fill('what this exercise left out')}`,
    ),
    'hints.yaml': lines(
      `- text: '${fill('where to look, without naming the answer')}'`,
      `- text: '${fill('what is wrong when it is too large')}'`,
      '  checks: [small]',
      `- text: '${fill('what is wrong when it runs as root')}'`,
      '  checks: [not-root]',
    ),
    'app/server.js': server,
    'starter/Dockerfile': dockerfile('node:20', 'EXPOSE 3000', command),
    'solution/Dockerfile': dockerfile('node:20-slim', 'USER 1000', 'EXPOSE 3000', command),
    'also-right/entrypoint/Dockerfile': dockerfile(
      'node:20-slim',
      'USER 65532:65532',
      'ENTRYPOINT ["node", "server.js"]',
    ),
    'also-right/entrypoint/note.md': lines(fill('why this is right too')),
    'mistakes/root/Dockerfile': dockerfile('node:20-slim', 'EXPOSE 3000', command),
    'mistakes/root/mistake.yaml': mistake('not-root', 'the mistake in a few words: no USER'),
    'mistakes/full-base/Dockerfile': dockerfile('node:20', 'USER 1000', 'EXPOSE 3000', command),
    'mistakes/full-base/mistake.yaml': mistake('small', 'the mistake in a few words: a base image for building'),
    'mistakes/wrong-file/Dockerfile': dockerfile('node:20-slim', 'USER 1000', 'CMD ["node", "index.js"]'),
    'mistakes/wrong-file/mistake.yaml': mistake(
      'answers',
      'the mistake in a few words: it starts a file that is not there',
    ),
  };
}
