/**
 * The package mirror: a folder of plain files, served to builds on the build bridge's address only. What lies below
 * `private/` is for those who show a token, as in a company's own registry.
 *
 * Absent on purpose: proxying. What the fill step did not put there does not exist, and the answer says so in words
 * that end up in the learner's build log.
 */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { limitConnections } from './connections.ts';
import { isRegistryToken } from './registry-token.ts';

const contentTypes: Record<string, string> = {
  '.json': 'application/json',
  '.info': 'application/json',
  '.html': 'text/html; charset=utf-8',
  '.mod': 'text/plain; charset=utf-8',
  '': 'text/plain; charset=utf-8',
};

/** A version's archive never changes. Registries say so, and npm asks again for what nobody promised. */
const archives = new Set(['.tgz', '.zip', '.whl', '.crate', '.jar']);
const forEver = { 'cache-control': 'public, max-age=31536000, immutable' };

/** A request path as a path below the mirror's root, or undefined when it is no such path. */
export function mirrorPath(url: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent((url.split(/[?#]/, 1)[0] as string).replace(/^\/+/, ''));
  } catch {
    return undefined;
  }
  const parts = decoded.split('/').filter((part) => part !== '');
  if (decoded.includes('\0') || parts.some((part) => part === '.' || part === '..')) return undefined;
  return parts.join('/');
}

/** The file that answers for a path: itself, or a folder's `index.json` (npm packument) or `index.html` (Python). */
async function fileFor(root: string, path: string): Promise<{ path: string; bytes: number } | undefined> {
  for (const candidate of [path, `${path}/index.json`, `${path}/index.html`]) {
    try {
      const real = await realpath(join(root, candidate));
      // The root itself may be a link.
      if (!real.startsWith(`${await realpath(root)}/`)) continue;
      const found = await stat(real);
      if (found.isFile()) return { path: real, bytes: found.size };
    } catch {
      // Not there: try the next, then say so.
    }
  }
  return undefined;
}

/** What a learner reads in the build log when a package is not there. */
export function missingSentence(path: string): string {
  const [ecosystem, ...rest] = path.replace(/^private\//, '').split('/');
  const named = ecosystem === 'pypi' && rest[0] === 'simple' ? rest.slice(1, 2) : rest;
  const what = named.join('/').split(ecosystem === 'npm' ? '/-/' : '/@v/')[0];
  return (
    `${what || path} is not in this course's package mirror. Builds here have no internet: only the packages that the ` +
    "exercise's lock file names can be installed. Keep the lock file as it is, copy it before the install step, and " +
    'install exactly what it names (npm ci, go mod download, pip install -r).\n'
  );
}

/** npm prints the `error` of a JSON answer and nothing of a plain one; go prints the text. */
function answerMissing(path: string, response: ServerResponse): void {
  const sentence = missingSentence(path);
  const [type, body] = /^(private\/)?npm\//.test(path)
    ? ['application/json', JSON.stringify({ error: sentence.trim() })]
    : ['text/plain; charset=utf-8', sentence];
  response.writeHead(404, { 'content-type': type }).end(body);
}

/** In the order of the registry's own layout: `private/npm/@scope/name`. */
const privateFolder = 'private';

function isPrivate(path: string): boolean {
  return path.split('/')[0] === privateFolder;
}

/** Of `Authorization: Bearer …`; '' when there is none. */
function bearerOf({ headers }: IncomingMessage): string {
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

function answerStranger(request: IncomingMessage, response: ServerResponse): void {
  const given = request.headers.authorization === undefined ? 'none was given' : 'the one that was given is not known';
  const error = `This registry is private. It wants a token, and ${given}.`;
  response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
  response.end(JSON.stringify({ error }));
}

interface Served {
  root: string;
  registryKey: string;
}

async function answer(
  { root, registryKey }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { 'content-type': 'text/plain' }).end('The package mirror can only be read.\n');
    return;
  }
  const path = mirrorPath(request.url ?? '/');
  if (path !== undefined && isPrivate(path) && !isRegistryToken(registryKey, bearerOf(request))) {
    answerStranger(request, response);
    return;
  }
  const file = path === undefined || path === '' ? undefined : await fileFor(root, path);
  if (file === undefined) {
    answerMissing(path ?? '', response);
    return;
  }
  const extension = extname(file.path);
  response.writeHead(200, {
    'content-type': contentTypes[extension] ?? 'application/octet-stream',
    'content-length': file.bytes,
    ...(archives.has(extension) && forEver),
  });
  if (request.method === 'HEAD') response.end();
  // Also closes the file of a download that is broken off.
  else await pipeline(createReadStream(file.path), response);
}

/**
 * @param registryKey that tokens of the private part are made with
 * @returns the server, not yet listening
 */
export function createMirror(root: string, registryKey: string): Server {
  const server = createServer((request, response) => {
    answer({ root, registryKey }, request, response).catch(() => response.destroy());
  });
  // npm opens 15 at a time, other clients fewer.
  limitConnections(server, { total: 4_096, perAddress: 128 });
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  return server;
}
