/** Writes a small, complete exercise folder for tests, and changes parts of it. Used by `*.test.ts` only. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const dockerfile = 'FROM node:20-slim\nCMD ["node", "server.js"]\n';
const mistake = "title: As root\nrefusedBy: answers\nwhy: It's root.\n";

/** Paths relative to the content folder. */
export const sampleFiles: Record<string, string> = {
  'lessons/01-basics.mdx': '---\ntitle: Basics\n---\n',
  'exercises/tiny/exercise.yaml': `title: Tiny
lesson: 01-basics
order: 1
summary: A very small one.
stack: node
minutes: 5
images: [node:20-slim]
run:
  port: 3000
  env: { PORT: "3000" }
checks:
  - { id: builds, type: builds }
  - id: answers
    type: http
    title: It answers
    requests:
      - path: /
  - { id: not-root, type: user }
`,
  'exercises/tiny/hints.yaml': '- text: Look closely.\n- { text: Look at the port., checks: [answers] }\n',
  'exercises/tiny/brief.mdx': 'Do it.\n',
  'exercises/tiny/after.mdx': 'Done.\n',
  'exercises/tiny/app/server.js': "require('node:http');\n",
  'exercises/tiny/app/package-lock.json': '{}\n',
  'exercises/tiny/app/src/a.js': '// a\n',
  'exercises/tiny/starter/Dockerfile': dockerfile,
  'exercises/tiny/solution/Dockerfile': dockerfile,
  'exercises/tiny/solution/.dockerignore': 'docs\n',
  'exercises/tiny/also-right/other/Dockerfile': dockerfile,
  'exercises/tiny/also-right/other/note.md': 'Also fine.\n',
  'exercises/tiny/mistakes/one/Dockerfile': dockerfile,
  'exercises/tiny/mistakes/one/mistake.yaml': mistake,
  'exercises/tiny/mistakes/two/Dockerfile': dockerfile,
  'exercises/tiny/mistakes/two/mistake.yaml': mistake,
  'exercises/tiny/mistakes/three/Dockerfile': dockerfile,
  'exercises/tiny/mistakes/three/mistake.yaml': `${mistake}buildError: syntax\n`,
};

/** `undefined` leaves a file out. */
export type Changes = Record<string, string | Uint8Array | undefined>;

/** @returns the content folder; `remove` deletes it. */
export async function writeContent(
  changes: Changes = {},
): Promise<{ contentDir: string; remove: () => Promise<void> }> {
  const contentDir = await mkdtemp(join(tmpdir(), 'stagecraft-content-'));
  for (const [path, text] of Object.entries({ ...sampleFiles, ...changes })) {
    if (text === undefined) continue;
    await mkdir(dirname(join(contentDir, path)), { recursive: true });
    await writeFile(join(contentDir, path), text);
  }
  return { contentDir, remove: () => rm(contentDir, { recursive: true, force: true }) };
}
