import { describe, expect, it } from 'vitest';
import { sampleImage } from '../checks/sample-evidence.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import type { Engine, LayerEntry } from '../engine/engine.ts';
import { canaryFor, proofOf, registryTokenFor } from './canary.ts';
import type { StageFilesEvidence } from './evidence.ts';
import { argStages, findSecret, proofIn, secretArgs, secretsFor, tracesOf } from './secret.ts';
import { cacheIds } from './secret-caches.ts';

const key = Buffer.alloc(32, 3);
const [secret = { id: '', value: '' }] = secretsFor([{ kind: 'secret', id: 'token', proof: { path: '/proof' } }], {
  key,
  learner: 'ada',
  exercise: 'secrets',
});
const canary = secret.value;
const history = (createdBy: string) => ({ createdBy, comment: '', emptyLayer: true, line: 3, fromBase: false });
const stages = (contents: StageFilesEvidence['contents'], ok = true): StageFilesEvidence => ({
  ok,
  found: {},
  contents,
});

describe('secretsFor', () => {
  it('gives each secret of the checks its canary, once', () => {
    const needs = ['a', 'b', 'a'].map((id) => ({ kind: 'secret' as const, id, proof: { path: '/p' } }));
    const owner = { key, learner: 'ada', exercise: 'x' };
    expect(secretsFor(needs, owner)).toEqual(
      ['a', 'b'].map((id) => ({ id, value: canaryFor(key, { learner: 'ada', exercise: 'x', secretId: id }) })),
    );
    expect(secretsFor([{ kind: 'starter' }], owner)).toEqual([]);
  });
});

describe('a token of the private registry', () => {
  const owner = { key, learner: 'ada', exercise: 'x' };
  const needs = [
    { kind: 'secret' as const, id: 'npm', proof: { path: '/p', package: '@ferry/fares' }, buildArg: 'NPM_TOKEN' },
    { kind: 'secret' as const, id: 'other', proof: { path: '/q' } },
  ];
  const given = secretsFor(needs, owner);

  it('is a secret of its own kind, and may be a build argument too', () => {
    const token = registryTokenFor(key, { learner: 'ada', exercise: 'x', secretId: 'npm' });
    expect(given.find(({ id }) => id === 'npm')?.value).toBe(token);
    expect(secretArgs(needs, given)).toEqual({ NPM_TOKEN: token });
    expect(secretArgs([], given)).toEqual({});
  });

  it('is proved by the package that nobody gets without it', () => {
    const proof = { path: '/p', package: '@ferry/fares' };
    const proves = (text: string) => proofIn(stages({ deps: { '/p': text } }), { proof, canary: 'c' }).readable;
    expect(proves('{"name": "@ferry/fares"}')).toBe(true);
    expect(proves('{"name": "@ferry/fares-free"}')).toBe(false);
  });

  it('is looked for in the ARGs and cache mounts of every stage that the image needs', () => {
    const model = parseDockerfile(
      [
        ...['FROM node:20 AS deps', 'ARG A=1 NPM_TOKEN', 'RUN --mount=type=cache,target=/root/.npm npm ci'],
        ...['FROM node:20 AS spare', 'ARG NPM_TOKEN', 'RUN --mount=type=cache,id=spare,target=/x true'],
        ...['FROM deps', 'RUN --mount=type=cache,id=two,target=/x --mount=type=cache,id=$A,dst=/root/.npm true'],
      ].join('\n'),
    );
    expect(argStages(model, 'NPM_TOKEN')).toEqual([{ stage: 'deps', line: 2 }]);
    expect(argStages(model, undefined)).toEqual([]);
    expect(cacheIds(model)).toEqual(['/root/.npm', 'two']);
  });
});

describe('tracesOf', () => {
  it('finds nothing in a clean image', () => {
    expect(tracesOf(sampleImage({ history: [history('RUN x')] }), canary)).toEqual({
      inHistory: [],
      inConfig: [],
      inEnv: [],
    });
  });

  it('finds the history entry, word for word, so that a check can look up its line', () => {
    const createdBy = `RUN |1 TOKEN=${canary} /bin/sh -c npm ci # buildkit`;
    expect(tracesOf(sampleImage({ history: [history('RUN x'), history(createdBy)] }), canary).inHistory).toEqual([
      createdBy,
    ]);
  });

  it('names the part of the config and the variable', () => {
    const image = sampleImage({
      config: { labels: { a: canary }, cmd: ['run', `--token=${canary}`], env: { NPM_TOKEN: canary, PATH: '/bin' } },
    });
    expect(tracesOf(image, canary)).toEqual({ inHistory: [], inConfig: ['cmd', 'labels'], inEnv: ['NPM_TOKEN'] });
  });

  it('sees through base64', () => {
    const basic = Buffer.from(`user:${canary}`).toString('base64');
    expect(tracesOf(sampleImage({ config: { env: { AUTH: `Basic ${basic}` } } }), canary).inEnv).toEqual(['AUTH']);
  });
});

describe('proofIn', () => {
  const proof = { path: '/proof' };
  it('accepts the proof of any stage', () => {
    const found = stages({ final: {}, builder: { '/proof': `${proofOf(canary)}  -\n` } });
    expect(proofIn(found, { proof, canary })).toEqual({ readable: true, proofFound: undefined });
  });

  it('says what stood there instead, cut short and without terminal sequences', () => {
    const found = stages({ builder: { '/proof': `\u001b[31mcat: no such file${'!'.repeat(500)}` } });
    const { readable, proofFound } = proofIn(found, { proof, canary });
    expect(readable).toBe(false);
    expect(proofFound).toMatch(/^cat: no such file!+$/);
    expect(proofFound?.length).toBeLessThanOrEqual(100);
  });

  it('never repeats the secret', () => {
    expect(proofIn(stages({ builder: { '/proof': canary } }), { proof, canary }).proofFound).toBe('the secret itself');
  });

  it('tells a missing file from stages that could not be read', () => {
    expect(proofIn(stages({ builder: {} }), { proof, canary })).toEqual({ readable: false, proofFound: undefined });
    expect(proofIn({ ...stages({}, false), message: 'no' }, { proof, canary }).proofMessage).toBe('no');
  });
});

describe('findSecret', () => {
  const file = (path: string, linkTarget?: string): LayerEntry => ({
    ...{ path, type: 'file', sizeBytes: 1, mode: 0o644, uid: 0, gid: 0 },
    ...(linkTarget !== undefined && { linkTarget }),
  });
  const layer = (diffId: string, fromBase: boolean, entries: LayerEntry[]) => ({
    ...{ diffId, sizeBytes: 1, createdBy: '', line: 1, truncated: false },
    ...{ fromBase, entries },
  });

  it("searches the learner's layers only, and the names of files too", async () => {
    const image = sampleImage({
      layers: [
        layer('sha256:base', true, [file(`/${canary}`)]),
        layer('sha256:own', false, [file(`/tmp/${canary}.txt`), file('/link', `/run/${canary}`), file('/ok')]),
      ],
    });
    const asked: unknown[] = [];
    const engine = {
      searchLayers: async (request: unknown) => {
        asked.push(request);
        return [{ diffId: 'sha256:own', path: '/app/.npmrc', how: 'plain' as const }];
      },
    } as Partial<Engine> as Engine;
    const { signal } = new AbortController();
    const model = parseDockerfile('FROM node:20\nARG TOKEN\n');
    const need = { kind: 'secret' as const, id: 'token', proof: { path: '/proof' }, buildArg: 'TOKEN' };
    const found = await findSecret(
      { secret, need, model, image, stages: stages({}), inCaches: ['npm'] },
      { engine, signal },
    );
    expect(found).toMatchObject({ inCaches: ['npm'], inArgs: [{ stage: 'number 1', line: 2 }] });
    expect(asked).toEqual([{ imageId: 'sha256:1', diffIds: ['sha256:own'], needle: canary }]);
    expect(found.layers.map(({ path }) => path)).toEqual(['/app/.npmrc', `/tmp/${canary}.txt`, '/link']);
  });
});
