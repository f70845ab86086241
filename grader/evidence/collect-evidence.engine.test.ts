import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildImage, removeBuiltImage } from '../build/run-buildx.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import type { Engine } from '../engine/engine.ts';
import { testEngine } from '../engine/testing.ts';
import { canaryFor } from './canary.ts';
import { collectEvidence } from './collect-evidence.ts';
import type { Evidence } from './evidence.ts';
import type { EvidenceNeed, RunSettings } from './need.ts';
import { secretsFor } from './secret.ts';
import { stageSizes } from './stage-sizes.ts';
import { ensureToolbox, leftBehind, testBase, testBaseName, withTidied } from './testing.ts';

const key = Buffer.alloc(32, 5);
const owner = { learner: 'evidence-test', exercise: 'secrets' };
const canary = canaryFor(key, { ...owner, secretId: 'token' });
const run: RunSettings = { port: 3000, env: {}, hosts: [], readOnly: true, readyPath: '/', readyTimeoutMs: 30_000 };
const secretNeed: EvidenceNeed = { kind: 'secret', id: 'token', proof: { path: '/proof' } };

const node = (script: string) => JSON.stringify(['node', '-e', script]);
const prove = `require('fs').writeFileSync('/proof', require('crypto').createHash('sha256').update(require('fs').readFileSync('/run/secrets/token')).digest('hex'))`;
const app = {
  'package.json': '{}\n',
  'server.js': "require('http').createServer((q, s) => s.end('hello ' + q.url)).listen(3000)\n",
};
const GOOD = [
  `FROM ${testBaseName} AS builder`,
  'WORKDIR /app',
  'COPY package.json ./',
  `RUN ${node("require('fs').writeFileSync('/app/installed', 'x')")}`,
  `RUN --mount=type=secret,id=token ${node(prove)}`,
  'COPY . .',
  `FROM ${testBaseName}`,
  'COPY --from=builder /app /app',
  'USER 1000',
  'CMD ["node", "/app/server.js"]',
].join('\n');

describe('collectEvidence', () => {
  let engine: Engine;
  let slot: ReturnType<typeof withTidied>;
  let home: string;
  let baseImageId: string;

  beforeAll(async () => {
    engine = await testEngine();
    slot = withTidied(await engine.acquireSlot());
    baseImageId = await testBase(engine.docker);
    await ensureToolbox(engine);
  });
  afterAll(() => slot?.release());
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'evidence-'));
    return () => rm(home, { recursive: true, force: true });
  });

  interface Options {
    files?: Record<string, string>;
    signal?: AbortSignal;
    phases?: (string | undefined)[];
  }

  async function collect(text: string, needs: EvidenceNeed[], options: Options = {}): Promise<Evidence> {
    const { files = app, signal = new AbortController().signal, phases = [] } = options;
    const contextDir = join(home, 'context');
    for (const [path, content] of Object.entries({ ...files, Dockerfile: text })) {
      await mkdir(dirname(join(contextDir, path)), { recursive: true });
      await writeFile(join(contextDir, path), content);
    }
    const dockerfile = parseDockerfile(text);
    const builtFrom = { contextDir, learner: owner.learner, secrets: secretsFor(needs, { key, ...owner }) };
    const built = await buildImage({ ...builtFrom, model: dockerfile }, { engine, slot, signal });
    expect(built.failure?.raw).toBeUndefined();
    const build = { ok: true, durationMs: 0, contextBytes: 0, error: undefined, findings: [], vertexes: [] };
    const starterSize = async () => ({ sizeBytes: 123 });
    try {
      return await collectEvidence(
        { needs, dockerfile, text, build, builtFrom, imageId: built.imageId, baseImageId, run, starterSize },
        { engine, slot, signal, emit: ({ detail }) => phases.push(detail) },
      );
    } finally {
      await slot.tidied();
      await removeBuiltImage(engine, built.imageTag);
      expect(await leftBehind(engine.docker)).toEqual([]);
      expect(await readdir(home)).toEqual(['context']);
    }
  }

  it('collects everything of a good image at once', async () => {
    const phases: string[] = [];
    const evidence = await collect(
      GOOD,
      [
        { kind: 'run', requests: [{ id: 'http/0', method: 'GET', path: '/x' }] },
        { kind: 'run', requests: [] },
        { kind: 'stage-files', id: 'lean', globs: ['**/installed'] },
        { kind: 'stage-files', id: 'other', globs: ['/app/*.json'], contents: ['/app/package.json'] },
        { kind: 'rebuild', id: 'cache', edit: 'server.js' },
        secretNeed,
        { kind: 'starter' },
      ],
      { phases },
    );
    expect(evidence.image?.config.user).toBe('1000');
    expect(evidence.image?.layers.map(({ fromBase, line }) => [fromBase, line])).toEqual([
      [true, undefined],
      [false, 8],
    ]);
    expect(evidence.run).toMatchObject({
      ready: true,
      probes: { 'http/0': { ok: true, body: 'hello /x' } },
      process: { uid: 1000 },
    });
    expect(evidence.stageFiles.lean?.found).toEqual({ builder: ['/app/installed'], 'stage-1': ['/app/installed'] });
    expect(evidence.stageFiles.lean?.contents).toEqual({ builder: {}, 'stage-1': {} });
    expect(evidence.stageFiles.other?.found.builder).toEqual(['/app/package.json']);
    expect(evidence.stageFiles.other?.contents.builder).toEqual({ '/app/package.json': '{}\n' });
    expect(evidence.secrets.token).toEqual({
      id: 'token',
      layers: [],
      inArgs: [],
      inCaches: [],
      inHistory: [],
      inConfig: [],
      inEnv: [],
      readable: true,
      proofFound: undefined,
    });
    expect(evidence.starter).toEqual({ sizeBytes: 123 });
    const cached = evidence.rebuilds.cache?.vertexes
      .filter(({ line }) => line !== undefined)
      .map(({ line, cached }) => [line, cached]);
    expect(evidence.rebuilds.cache).toMatchObject({ ok: true, edited: 'server.js' });
    const steps = [
      [4, true],
      [6, false],
    ];
    expect(cached, JSON.stringify(cached)).toEqual(expect.arrayContaining(steps));
    expect(phases).toEqual(
      expect.arrayContaining(['Starting the container', 'Building again after an edit of server.js']),
    );
  });

  it('sees that an install runs again when everything is copied before it, in every rebuild', async () => {
    const text = [
      `FROM ${testBaseName}`,
      'COPY . /app',
      `RUN ${node("require('fs').writeFileSync('/installed', '')")}`,
    ].join('\n');
    for (let round = 0; round < 2; round++) {
      const { rebuilds } = await collect(text, [{ kind: 'rebuild', id: 'cache', edit: 'server.js' }]);
      const install = rebuilds.cache?.vertexes.find(({ line }) => line === 3);
      expect(install?.cached, `round ${round}`).toBe(false);
    }
  });

  it('says why a build after the edit failed', async () => {
    const text = [
      `FROM ${testBaseName}`,
      'COPY server.js /server.js',
      `RUN ${node("if (require('fs').readFileSync('/server.js', 'utf8').length > 90) throw new Error('too long')")}`,
    ].join('\n');
    const { rebuilds } = await collect(text, [{ kind: 'rebuild', id: 'cache', edit: 'server.js' }]);
    expect(rebuilds.cache).toMatchObject({ ok: false, message: expect.stringContaining('exit code: 1') });
  });

  it('calls a file that the app does not have a mistake of the exercise', async () => {
    for (const edit of ['missing.ts', '../outside', '.']) {
      await expect(collect(GOOD, [{ kind: 'rebuild', id: 'cache', edit }])).rejects.toMatchObject({
        code: 'bad_input',
      });
    }
  });

  describe('the secret', () => {
    const leak = (...lines: string[]) => [`FROM ${testBaseName}`, ...lines].join('\n');
    const mount = '--mount=type=secret,id=token';
    const read = "const t = require('fs').readFileSync('/run/secrets/token', 'utf8');";

    it.each([
      ['plain', `require('fs').writeFileSync('/app.npmrc', '//r/:_authToken=' + t)`],
      ['base64', `require('fs').writeFileSync('/f', Buffer.from('a:' + t).toString('base64'))`],
      ['gzip', `require('fs').writeFileSync('/f.gz', require('zlib').gzipSync('x'.repeat(5000) + t))`],
    ])('is found in a file, %s, even when a later step deletes it', async (how, script) => {
      const text = leak(
        `RUN ${mount} ${node(read + script)}`,
        `RUN ${node("for (const f of ['/app.npmrc', '/f', '/f.gz']) require('fs').rmSync(f, { force: true })")}`,
      );
      const { secrets, image } = await collect(text, [secretNeed]);
      expect(secrets.token?.layers).toMatchObject([{ how, path: expect.any(String) }]);
      expect(image?.layers.find(({ diffId }) => diffId === secrets.token?.layers[0]?.diffId)?.line).toBe(2);
      expect(secrets.token?.readable).toBe(false);
    });

    it('is found in the name of a file', async () => {
      const { secrets } = await collect(
        leak(`RUN ${mount} ${node(`${read}require('fs').writeFileSync('/' + t, '')`)}`),
        [secretNeed],
      );
      expect(secrets.token?.layers).toMatchObject([{ path: `/${canary}` }]);
    });

    it('is not called readable when it was never mounted', async () => {
      const text = leak(`RUN ${node("require('fs').writeFileSync('/proof', 'no secret')")}`);
      expect((await collect(text, [secretNeed])).secrets.token).toMatchObject({
        readable: false,
        proofFound: 'no secret',
        layers: [],
      });
    });

    it('may leak in a stage that is not shipped', async () => {
      const text = [
        `FROM ${testBaseName} AS builder`,
        `RUN ${mount} ${node(`${read + prove};require('fs').writeFileSync('/leak', t)`)}`,
        `FROM ${testBaseName}`,
        'COPY --from=builder /proof /proof',
      ].join('\n');
      expect((await collect(text, [secretNeed])).secrets.token).toMatchObject({ readable: true, layers: [] });
    });
  });

  it('has only the text when nothing was built', async () => {
    const dockerfile = parseDockerfile('FROM a');
    const build = { ok: false, durationMs: 0, contextBytes: 0, error: undefined, findings: [], vertexes: [] };
    const evidence = await collectEvidence(
      {
        ...{
          needs: [secretNeed, { kind: 'starter' }],
          dockerfile,
          text: 'FROM a',
          build,
          imageId: undefined,
          baseImageId,
          run,
        },
        builtFrom: { contextDir: home },
        starterSize: () => Promise.reject(new Error('must not be asked')),
      },
      { engine, slot, signal: new AbortController().signal },
    );
    expect(evidence).toEqual({
      dockerfile,
      build,
      image: undefined,
      stageFiles: {},
      run: undefined,
      rebuilds: {},
      secrets: {},
      starter: undefined,
    });
  });

  it('leaves nothing behind when it is cancelled on the way', async () => {
    const cancel = new AbortController();
    const slow = [`FROM ${testBaseName}`, 'COPY . /app', `CMD ${node('setInterval(() => {}, 1e3)')}`].join('\n');
    const phases = { push: () => setTimeout(() => cancel.abort(), 400) } as unknown as string[];
    const needs: EvidenceNeed[] = [
      { kind: 'run', requests: [] },
      { kind: 'rebuild', id: 'cache', edit: 'server.js' },
    ];
    await expect(collect(slow, needs, { signal: cancel.signal, phases })).rejects.toThrow(/abort|cancel/i);
  });

  it('measures the stages that stay behind', async () => {
    const text = [
      `FROM ${testBaseName} AS big`,
      `RUN ${node("require('fs').writeFileSync('/big', Buffer.alloc(5e6))")}`,
      `FROM ${testBaseName} AS unused`,
      'FROM scratch',
      'COPY --from=big /etc/passwd /',
    ].join('\n');
    await writeFile(join(home, 'Dockerfile'), text);
    const { signal } = new AbortController();
    const sizes = await stageSizes({ contextDir: home }, parseDockerfile(text), { engine, slot, signal });
    const { Size } = await engine.docker.getImage(baseImageId).inspect();
    expect([...sizes]).toEqual([[0, Size + 5e6]]);
  });
});
