import { describe, expect, test } from 'vitest';
import type { Neighbours } from '../build/stage-files.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import type { BuildFacts } from './build-errors/facts.ts';
import { errorFromFindings, explainFailure } from './explain-failure.ts';
import { explainRecording as explain, quiet } from './fixtures/recordings.ts';

describe('a file that is not in a stage', () => {
  const around = (found: Neighbours): Partial<BuildFacts> => ({ neighbours: async () => found });

  test('the nearest name in its folder is offered, and what there is', async () => {
    const error = await explain(
      'file-missing-in-stage',
      around({ folder: '/app', entries: ['build/', 'package.json'], elsewhere: [] }),
    );
    expect(error).toMatchObject({
      code: 'file_not_found',
      line: 5,
      message: 'Line 5 (COPY --from=builder /app/dist /srv): there is no /app/dist in the stage builder.',
      hint: 'Did you mean /app/build? /app holds build/ and package.json there.',
    });
  });

  test('an unnamed stage is called by its line, and a slip of the finger is recognised', async () => {
    const error = await explain(
      'file-missing-in-unnamed-stage',
      around({ folder: '/out', entries: ['server'], elsewhere: [] }),
    );
    expect(error.message).toBe(
      'Line 4 (COPY --from=0 /out/sever /server): there is no /out/sever in the stage of line 1.',
    );
    expect(error.hint).toBe('Did you mean /out/server? /out holds server there.');
  });

  test('the same name elsewhere in the stage is offered', async () => {
    const error = await explain(
      'file-missing-in-stage',
      around({ folder: '/', entries: ['src/'], elsewhere: ['/src/dist'] }),
    );
    expect(error.hint).toMatch(/^Did you mean \/src\/dist\?/);
  });

  test('the right stage and path are asked for', async () => {
    const asked: unknown[] = [];
    await explain('file-missing-in-stage', {
      neighbours: async (stage, path) => {
        asked.push([stage, path]);
        return undefined;
      },
    });
    expect(asked).toEqual([[0, '/app/dist']]);
  });

  test('a cache mount over the path explains it', async () => {
    const text = `FROM node:20-slim AS builder
RUN --mount=type=cache,target=/app/dist build
FROM scratch
COPY --from=builder /app/dist/main.js /`;
    const failure = {
      reason: 'failed' as const,
      raw: 'failed to compute cache key: failed to calculate checksum of ref a::b: "/app/dist/main.js": not found',
      vertex: undefined,
      logTail: [],
      exitCode: undefined,
      line: 4,
    };
    const error = await explainFailure({ failure, dockerfile: parseDockerfile(text) });
    expect(error.hint).toMatch(/^Line 2 mounts a cache there/);
  });
});

describe('limits', () => {
  test('a killed process is out of memory only when the slot reached its limit', async () => {
    const full = { ...quiet, memoryPeakBytes: quiet.memoryLimitBytes };
    expect(await explain('out-of-memory', { usage: full })).toMatchObject({
      code: 'out_of_memory',
      message: 'Line 2 (RUN tail /dev/zero) was killed because it used more memory than a build may have, 2048 MiB.',
    });
    expect(await explain('out-of-memory')).toMatchObject({
      code: 'command_failed',
      message: 'Line 2 (RUN tail /dev/zero) was killed (exit code 137).',
    });
  });

  test('a refused fork is too many processes only when the slot reached its limit', async () => {
    expect(await explain('too-many-processes', { usage: { ...quiet, pidsPeak: 512 } })).toMatchObject({
      code: 'too_many_processes',
    });
    expect((await explain('too-many-processes')).code).toBe('command_failed');
  });

  test('NODE_ENV=production before npm ci explains a missing compiler', async () => {
    const text = 'FROM node:20-slim AS build\nENV NODE_ENV=production\nCOPY . .\nRUN npm ci\nRUN npx vite build';
    const failure = {
      reason: 'failed' as const,
      raw: 'process "/bin/sh -c npx vite build" did not complete successfully: exit code: 127',
      vertex: undefined,
      logTail: ['sh: 1: vite: not found'],
      exitCode: 127,
      line: 5,
    };
    const error = await explainFailure({ failure, dockerfile: parseDockerfile(text) });
    expect(error).toMatchObject({ code: 'compiler_missing', stage: 'build' });
    expect(error.hint).toMatch(/^Line 2 sets NODE_ENV=production/);
  });
});

test.each([
  [
    'package_not_in_mirror',
    'error: no matching package named `serde` found\nlocation searched: `package-mirror` index (which is replacing registry `crates-io`)',
    /asks for the package serde, which the package mirror/,
  ],
  [
    'package_not_in_mirror',
    'error: the crate `regex` could not be found in registry index.',
    /asks for the package regex, which the package mirror/,
  ],
  [
    'package_not_in_mirror',
    'cause: Because requests was not found in the package registry and you require requests, we can conclude that',
    /asks for the package requests, which the package mirror/,
  ],
  [
    'package_not_in_mirror',
    'cause: Because there is no version of flask==9 and you require flask==9, we can conclude that',
    /asks for the package flask==9/,
  ],
  [
    'command_failed',
    'cause: error sending request for url (https://files.nowhere.invalid/packages/flask-3.1.0-py3-none-any.whl)\ncause: dns error',
    /tried to reach files\.nowhere\.invalid/,
  ],
])('what uv says is explained: %s', async (code, log, message) => {
  const failure = {
    reason: 'failed' as const,
    raw: 'process "/bin/sh -c uv sync" did not complete successfully: exit code: 1',
    vertex: undefined,
    logTail: log.split('\n'),
    exitCode: 1,
    line: 2,
  };
  const error = await explainFailure({ failure, dockerfile: parseDockerfile('FROM python:3.11-slim\nRUN uv sync\n') });
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('what nobody recognises is said to be unknown, with the raw words', async () => {
  const failure = {
    reason: 'failed' as const,
    raw: 'frobnication',
    vertex: undefined,
    logTail: [],
    exitCode: undefined,
    line: undefined,
  };
  expect(await explainFailure({ failure, dockerfile: undefined })).toEqual({
    code: 'unknown',
    message: 'The build failed for a reason that is not known here.',
    raw: 'frobnication',
  });
});

test('a learner can not write into a sentence', async () => {
  const text = 'FROM node:20-slim\nRUN \u202eevil';
  const failure = {
    reason: 'failed' as const,
    raw: 'x',
    vertex: undefined,
    logTail: ['/bin/sh: 1: \u202e\u001b[31mevil: not found'],
    exitCode: 127,
    line: 2,
  };
  const error = await explainFailure({ failure, dockerfile: parseDockerfile(text) });
  expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('findings become the error of a build that never began', () => {
  const at = { file: 'Dockerfile' as const, line: 3, column: 1 };
  expect(errorFromFindings([{ ...at, rule: 'json-form', severity: 'warning', message: 'w' }])).toBeUndefined();
  expect(
    errorFromFindings([
      { ...at, rule: 'remote-add', severity: 'error', message: 'No.' },
      { ...at, rule: 'syntax', severity: 'error', message: 'x' },
    ]),
  ).toEqual({ code: 'policy', message: 'No. (and 1 more)', line: 3 });
  expect(errorFromFindings([{ ...at, rule: 'base-image', severity: 'error', message: 'x' }])?.code).toBe(
    'unknown_base_image',
  );
});
