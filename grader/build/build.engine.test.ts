import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Engine, Slot } from '../engine/engine.ts';
import { ensureTestImage, testEngine } from '../engine/testing.ts';
import { explainFailure } from '../verdict/explain-failure.ts';
import type { BuildEvent } from './build-progress.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { type BuildResult, buildImage, removeBuiltImage } from './run-buildx.ts';
import type { BuildRequest } from './solve.ts';
import { neighboursOf, stageFiles } from './stage-files.ts';
import { ensureToolbox } from './testing/toolbox.ts';

const exec = promisify(execFile);
let engine: Engine;
let base: string;
let slot: Slot;
let dir: string;
let temporary: string;
const never = new AbortController().signal;
const tags: (string | undefined)[] = [];

beforeAll(async () => {
  // What a build leaves behind is seen here, and nobody else's is.
  process.env.TMPDIR = temporary = await mkdtemp(join(tmpdir(), 'stagecraft-build-test-'));
  engine = await testEngine();
  slot = await engine.acquireSlot();
  base = await ensureTestImage(engine);
  await ensureToolbox(engine);
});
afterAll(async () => {
  await slot?.release();
  await engine?.release();
  await rm(temporary, { recursive: true, force: true });
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stagecraft-build-test-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
  for (const tag of tags.splice(0)) await removeBuiltImage(engine, tag);
});

interface Built extends BuildResult {
  events: BuildEvent[];
  log: string;
}

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(dir, dirname(path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

/** `BASE` in the text stands for the test image; `NONCE` makes steps that were never built before. */
async function build(
  text: string,
  {
    signal = never,
    files = {},
    ...request
  }: Partial<BuildRequest> & { signal?: AbortSignal; files?: Record<string, string> } = {},
): Promise<Built> {
  const dockerfile = text.replaceAll('BASE', base);
  await write({ ...files, Dockerfile: dockerfile });
  const events: BuildEvent[] = [];
  const model = parseDockerfile(dockerfile);
  const result = await buildImage(
    { contextDir: dir, model, learner: 'ada', ...request },
    { engine, slot, emit: (event) => events.push(event), signal },
  );
  tags.push(result.imageTag);
  const log = events.flatMap((event) => (event.type === 'log' ? event.lines.map((line) => line.text) : [])).join('\n');
  return { ...result, events, log };
}

const nonce = (): string => randomBytes(6).toString('hex');

/** Processes of builds, as the host sees them. */
async function processes(marker: string): Promise<string[]> {
  const { stdout } = await exec('ps', ['-eo', 'pid,args', '--no-headers', '-ww']);
  return stdout.split('\n').filter((line) => line.includes(marker));
}

async function eventually(check: () => Promise<boolean>, withinMs = 5000): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (Date.now() < end) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** Folders of runs, beside the contexts of these tests. */
async function leftovers(): Promise<string[]> {
  return (await readdir(temporary)).filter((name) => !name.startsWith('stagecraft-build-test-'));
}

describe('a build that works', () => {
  const text = (mark: string) => `FROM BASE AS builder
WORKDIR /app
COPY a.txt \\
  b.txt ./
RUN echo hello ${mark}
FROM scratch
COPY --from=builder /app /app
`;

  test('gives an image, its vertexes with stage and line, its log and the size of its context', async () => {
    const mark = nonce();
    const built = await build(text(mark), { files: { 'a.txt': 'a', 'b.txt': 'b', 'unused.bin': 'x'.repeat(50_000) } });
    expect(built).toMatchObject({ ok: true, failure: undefined, logBytesDropped: 0 });
    expect(built.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    const image = await engine.docker.getImage(built.imageTag ?? '').inspect();
    expect(image.Id).toBe(built.imageId);
    const steps = built.vertexes.flatMap(({ stage, instruction, line }) =>
      line ? [`${stage} ${instruction} ${line}`] : [],
    );
    expect(steps.sort()).toEqual([
      '1 COPY 7',
      'builder COPY 3',
      'builder FROM 1',
      'builder RUN 5',
      'builder WORKDIR 2',
    ]);
    expect(built.log).toContain(`hello ${mark}`);
    expect(built.contextBytes).toBeGreaterThan(2);
    expect(built.contextBytes).toBeLessThan(10_000);
  });

  test('is cached when repeated', async () => {
    const mark = nonce();
    const files = { 'a.txt': 'a', 'b.txt': 'b' };
    const first = await build(text(mark), { files });
    expect(first.vertexes.find((vertex) => vertex.instruction === 'RUN')?.cached).toBe(false);
    const again = await build(text(mark), { files });
    const cached = again.vertexes.filter((vertex) => vertex.cached).map((vertex) => vertex.line);
    expect(cached.sort()).toEqual([2, 3, 5, 7]);
    const afterEdit = await build(text(mark), { files: { ...files, 'b.txt': nonce() } });
    expect(afterEdit.vertexes.filter((vertex) => vertex.cached).map((vertex) => vertex.line)).toEqual([2]);
  });

  test('keeps its image by its own tag when another build of the same text is removed', async () => {
    const mark = nonce();
    const files = { 'a.txt': 'a', 'b.txt': 'b' };
    const first = await build(text(mark), { files });
    const second = await build(text(mark), { files });
    expect(second.imageId).toBe(first.imageId);
    await removeBuiltImage(engine, first.imageTag);
    expect((await engine.docker.getImage(second.imageTag ?? '').inspect()).Id).toBe(second.imageId);
  });

  test('builds a target and leaves other stages alone', async () => {
    const built = await build(`FROM BASE AS a\nRUN true ${nonce()}\nFROM BASE AS b\nRUN exit 1`, { target: 'a' });
    expect(built.ok).toBe(true);
  });

  test('two at once get their own lines, though BuildKit shares what they have in common', async () => {
    const mark = nonce();
    const other = await engine.acquireSlot();
    const otherDir = await mkdtemp(join(tmpdir(), 'stagecraft-build-test-'));
    try {
      const texts = [
        `FROM ${base}\nWORKDIR /${mark}\nRUN sleep 1`,
        `\n\nFROM ${base} AS own\nWORKDIR /${mark}\nRUN sleep 2\nFROM own`,
      ];
      await write({ Dockerfile: texts[0] ?? '' });
      await writeFile(join(otherDir, 'Dockerfile'), texts[1] ?? '');
      const model = texts.map((each) => parseDockerfile(each));
      const options = { engine, signal: never };
      const [one, two] = await Promise.all([
        buildImage({ contextDir: dir, model: model[0], output: 'none' }, { ...options, slot }),
        buildImage({ contextDir: otherDir, model: model[1], output: 'none' }, { ...options, slot: other }),
      ]);
      const lines = (result: BuildResult | undefined) =>
        result?.vertexes.flatMap(({ name, line }) => (line ? [`${line} ${name.split(']')[0]}`] : [])).sort();
      expect(lines(one)).toEqual(['1 [1/3', '2 [2/3', '3 [3/3']);
      expect(lines(two)).toEqual(['3 [own 1/3', '4 [own 2/3', '5 [own 3/3']);
    } finally {
      await other.release();
      await rm(otherDir, { recursive: true, force: true });
    }
  });
});

describe('a build that fails', () => {
  test('says which line, with the exit code and the last words', async () => {
    const built = await build(`FROM BASE\nRUN true\n\nRUN echo before ${nonce()}; echo "last words" >&2; exit 42`);
    expect(built).toMatchObject({ ok: false, imageId: undefined, imageTag: undefined });
    expect(built.failure).toMatchObject({ reason: 'failed', exitCode: 42, line: 4 });
    expect(built.failure?.logTail).toContain('last words');
    expect(built.failure?.vertex).toMatchObject({ instruction: 'RUN', line: 4 });
    expect(built.events).toContainEqual(expect.objectContaining({ type: 'vertex', status: 'failed' }));
  });

  test('over a file that is not in a stage learns what is there', async () => {
    const text = `FROM ${base} AS builder
WORKDIR /app
RUN mkdir -p build ${nonce()}; echo 1 > build/main.js
FROM scratch
COPY --from=builder /app/bulid/main.js /
`;
    const { failure } = await build(text);
    const model = parseDockerfile(text);
    const error = await explainFailure({
      failure: failure ?? expect.unreachable(),
      dockerfile: model,
      neighbours: (stage, path) =>
        neighboursOf(
          { build: { contextDir: dir, learner: 'ada' }, text, model, stage, path },
          { engine, slot, signal: never },
        ),
    });
    expect(error).toMatchObject({
      code: 'file_not_found',
      line: 5,
      message:
        'Line 5 (COPY --from=builder /app/bulid/main.js /): there is no /app/bulid/main.js in the stage builder.',
    });
    expect(error.hint).toMatch(/^Did you mean \/app\/build\/main\.js\? \/app holds .*build\//);
  });
});

describe('attacks', () => {
  test('a build that never ends is ended, and nothing of it is left', async () => {
    const mark = `30${Math.floor(Math.random() * 1e6)}`;
    const built = await build(`FROM BASE\nRUN sleep ${mark}`, { timeoutMs: 6000 });
    expect(built.failure).toMatchObject({ reason: 'timeout', line: 2 });
    expect(built.durationMs).toBeLessThan(20_000);
    expect(await eventually(async () => (await processes(`sleep ${mark}`)).length === 0)).toBe(true);
    expect(await leftovers()).toEqual([]);
  });

  test('a cancelled build leaves no process', async () => {
    const mark = `40${Math.floor(Math.random() * 1e6)}`;
    const controller = new AbortController();
    const running = build(`FROM BASE\nRUN sleep ${mark} & (setsid sleep ${mark} &) ; sleep ${mark}`, {
      signal: controller.signal,
    });
    expect(await eventually(async () => (await processes(`sleep ${mark}`)).length > 0, 20_000)).toBe(true);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await eventually(async () => (await processes(`sleep ${mark}`)).length === 0)).toBe(true);
    expect(await processes(dir)).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  test('a build that was cancelled before it began starts nothing', async () => {
    await expect(build('FROM BASE', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('endless output is cut and ends the build', async () => {
    const built = await build(`FROM BASE\nRUN yes ${'x'.repeat(200)}${nonce()}`, {
      logBytesMax: 100_000,
      timeoutMs: 30_000,
    });
    expect(built.failure?.reason).toBe('log_limit');
    expect(built.logBytes).toBe(100_000);
    expect(built.log.length).toBeLessThanOrEqual(100_000);
    expect(await eventually(async () => (await processes('yes xxxxx')).length === 0)).toBe(true);
  });

  test('a line without end, and terminal sequences, do not reach the reader', async () => {
    const built = await build(
      `FROM BASE\nRUN head -c 100000 /dev/zero | tr '\\0' x; printf '\\033[2J\\033]0;t\\007ok${nonce()}\\n'`,
    );
    expect(built.ok).toBe(true);
    expect(Math.max(...built.log.split('\n').map((line) => line.length))).toBeLessThan(9000);
    expect(built.log).not.toContain('\u001b');
  });

  test('nothing of our environment is seen by a build', async () => {
    process.env.STAGECRAFT_CANARY = 'canary-of-ours';
    try {
      const built = await build(`FROM BASE\nRUN env; cat /proc/self/environ | tr '\\0' ' '; true ${nonce()}`);
      expect(built.log).toContain('PATH=');
      expect(built.log).not.toContain('canary-of-ours');
      expect(built.log).not.toContain('STAGECRAFT');
    } finally {
      delete process.env.STAGECRAFT_CANARY;
    }
  });

  test('a cache mount is shared by one learner’s builds and by nobody else’s', async () => {
    const id = nonce();
    const text = (mark: string) =>
      `FROM BASE\nRUN --mount=type=cache,id=${id},target=/c ls /c; echo ${mark} > /c/${mark}`;
    const one = `one${nonce()}`;
    await build(text(one), { learner: 'ada' });
    expect((await build(text(`two${nonce()}`), { learner: 'ada' })).log).toContain(one);
    expect((await build(text(`three${nonce()}`), { learner: 'eve' })).log).not.toContain(one);
    const namespaced = `FROM BASE\nARG BUILDKIT_CACHE_MOUNT_NS=x\nRUN --mount=type=cache,id=${id},target=/c ls /c; true ${nonce()}`;
    expect((await build(namespaced, { learner: 'eve' })).log).not.toContain(one);
  });
});

test('an engine that goes away is our fault and may be tried again', async () => {
  const socket = join(dir, 'docker.sock');
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const daemon = connect(engine.socketPath);
    for (const each of [client, daemon]) open.add(each.on('error', () => {}));
    client.pipe(daemon).pipe(client);
  }).listen(socket);
  const cutOff = { buildx: { ...engine.buildx, env: { ...engine.buildx.env, DOCKER_HOST: `unix://${socket}` } } };
  await write({ Dockerfile: `FROM ${base}\nRUN echo ${nonce()} running; sleep 20` });
  const emit = (event: BuildEvent): void => {
    if (event.type === 'log') for (const each of open) each.destroy();
  };
  const running = buildImage({ contextDir: dir, model: undefined }, { engine: cutOff, slot, emit, signal: never });
  await expect(running).rejects.toMatchObject({ code: 'engine_unavailable', retryable: true });
  await new Promise((closed) => proxy.close(closed));
  const refused = buildImage({ contextDir: dir, model: undefined }, { engine: cutOff, slot, signal: never });
  await expect(refused).rejects.toMatchObject({ code: 'engine_unavailable', retryable: true });
});

test('a secret is readable where it is mounted, and nowhere else', async () => {
  const value = `s3cret,"${nonce()}`;
  const built = await build(
    `FROM BASE\nRUN --mount=type=secret,id=token cat /run/secrets/token\nRUN ls /run/secrets; env`,
    {
      secrets: [{ id: 'token', value }],
      noCache: true,
    },
  );
  expect(built.ok).toBe(true);
  expect(built.log.split(value)).toHaveLength(2);
  expect(await leftovers()).toEqual([]);
});

describe('looking into stages', () => {
  const hostile = (mark: string) => `FROM ${base}
WORKDIR /app
RUN mkdir -p 'a b/$(id)' node_modules/typescript; touch 'a b/$(id)/x;y' "$(printf 'new\\nline')" node_modules/typescript/package.json
RUN ln -s /etc/passwd link; ln -s / loop; printf '@@ end\\n' > '@@ end'; echo ${mark} > proof; mkfifo fifo 2>/dev/null; true
FROM ${base} AS unused
RUN exit 1
FROM scratch AS ships
COPY --from=0 /app/proof /proof
# the end \\`;

  test('finds files by globs and reads small ones, whatever the names', async () => {
    const mark = nonce();
    const text = hostile(mark);
    await write({ Dockerfile: text });
    const model = parseDockerfile(text);
    const request = { build: { contextDir: dir, learner: 'ada' }, text, model };
    const found = await stageFiles(
      {
        ...request,
        globs: ['**/node_modules/typescript/package.json', '/app/a b/**', '/proof'],
        contents: ['/app/proof', '/app/link', '/proof'],
      },
      { engine, slot, signal: never },
    );
    expect(found).toEqual({
      ok: true,
      found: {
        'stage-0': ['/app/a b', '/app/a b/$(id)', '/app/a b/$(id)/x;y', '/app/node_modules/typescript/package.json'],
        ships: ['/proof'],
      },
      contents: { 'stage-0': { '/app/proof': `${mark}\n` }, ships: { '/proof': `${mark}\n` } },
    });
    expect(await leftovers()).toEqual([]);
  });

  test('a pattern is never a command', async () => {
    const text = `FROM ${base}\nRUN echo ${nonce()} > /a`;
    await write({ Dockerfile: text });
    const globs = ["/x'; touch /pwned; '", '/$(touch /pwned)', '/`id`', '/-delete', '/a'];
    const model = parseDockerfile(text);
    const found = await stageFiles({ build: { contextDir: dir }, text, model, globs }, { engine, slot, signal: never });
    expect(found).toMatchObject({ ok: true, found: { '': ['/a'] } });
  });

  test('ten thousand files are bounded, not fatal', async () => {
    const text = `FROM ${base}\nRUN mkdir /m; cd /m; seq 10000 | sed 's/^/${'n'.repeat(100)}/' | while read n; do : > $n; done; true ${nonce()}`;
    await write({ Dockerfile: text });
    const model = parseDockerfile(text);
    const found = await stageFiles(
      { build: { contextDir: dir }, text, model, globs: ['/m/**', `/m/${'n'.repeat(100)}9999`] },
      { engine, slot, signal: never },
    );
    expect(found.ok).toBe(true);
    expect(found.found['']?.length).toBeGreaterThan(300);
    expect(found.found['']).toContain(`/m/${'n'.repeat(100)}9999`);
  });

  test('stages that can not be built are said so', async () => {
    const text = `FROM ${base}\nRUN exit 9 # ${nonce()}`;
    await write({ Dockerfile: text });
    const model = parseDockerfile(text);
    const found = await stageFiles(
      { build: { contextDir: dir }, text, model, globs: ['/a'] },
      { engine, slot, signal: never },
    );
    expect(found.ok).toBe(false);
    expect(found.message).toContain('exit code: 9');
  });

  test('.dockerignore holds for the look too', async () => {
    const text = `FROM ${base}\nCOPY . /c`;
    await write({ Dockerfile: text, '.dockerignore': 'secret.txt', 'secret.txt': 's', 'open.txt': nonce() });
    const model = parseDockerfile(text);
    const found = await stageFiles(
      { build: { contextDir: dir }, text, model, globs: ['/c/*.txt'] },
      { engine, slot, signal: never },
    );
    expect(found.found['']).toEqual(['/c/open.txt']);
    expect(await readFile(join(dir, 'Dockerfile'), 'utf8')).toBe(text);
  });
});
