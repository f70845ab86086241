import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../build/parse-dockerfile.ts';
import type { Neighbours } from '../build/stage-files.ts';
import { replay } from '../build/testing/replay.ts';
import type { BuildError } from '../contract/report.ts';
import type { SlotUsage } from '../engine/engine.ts';
import type { BuildFacts } from './build-errors/facts.ts';
import { errorFromFindings, explainFailure } from './explain-failure.ts';
import { brokenBuilds } from './fixtures/cases.ts';

const recordings = new Map(
  readdirSync(join(import.meta.dirname, 'fixtures'))
    .filter((name) => name.endsWith('.rawjson.txt'))
    .map((name) => [name.replace(/\.docker-.*$/, ''), join(import.meta.dirname, 'fixtures', name)]),
);

const quiet: SlotUsage = {
  memoryPeakBytes: 1e6,
  memoryLimitBytes: 2 * 1024 ** 3,
  oomKills: 0,
  pidsPeak: 5,
  pidsLimit: 512,
};

function explain(name: string, facts: Partial<BuildFacts> = {}): Promise<BuildError> {
  const build = brokenBuilds[name];
  const recording = recordings.get(name);
  if (build === undefined || recording === undefined) throw new Error(`There is no recording ${name}.`);
  const dockerfile = parseDockerfile(build.dockerfile);
  const reason = build.timeoutMs === undefined ? 'failed' : 'timeout';
  const { failure } = replay(readFileSync(recording, 'utf8'), dockerfile, { reason });
  return explainFailure({
    failure,
    dockerfile,
    dockerignore: build.dockerignore,
    contextFiles: Object.keys(build.files ?? {}),
    baseImages: ['node:20', 'node:20-slim', 'debian:bookworm-slim'],
    usage: quiet,
    ...facts,
  });
}

test('every broken build was recorded, and every recording is of one', () => {
  expect([...recordings.keys()].sort()).toEqual(Object.keys(brokenBuilds).sort());
});

test('no recording names a registry', () => {
  for (const path of recordings.values()) expect(readFileSync(path, 'utf8')).not.toMatch(/registry-?\d*\.(?!test)\w/);
});

describe('what BuildKit really said becomes', () => {
  test.each<[string, BuildError['code'], number, string, string | undefined]>([
    [
      'file-missing-in-context',
      'file_not_found',
      3,
      'Line 3 (COPY package.json package-lok.json ./): there is no package-lok.json in the build context.',
      'Did you mean package-lock.json? There are package.json and package-lock.json.',
    ],
    [
      'file-ignored',
      'file_not_found',
      2,
      'Line 2 (COPY dist /app/dist): dist is in the app, but line 2 of .dockerignore keeps it out of the build context.',
      'Remove that line, or do not copy the file.',
    ],
    [
      'folder-missing-in-context',
      'file_not_found',
      2,
      'Line 2 (COPY ./scr/main.js /srv/): there is no scr/main.js in the build context.',
      'Did you mean src/main.js?',
    ],
    [
      'folder-missing-in-stage',
      'file_not_found',
      5,
      'Line 5 (COPY --from=builder /app/bulid/main.js /srv/): there is no /app/bulid/main.js in the stage builder.',
      undefined,
    ],
    [
      'file-missing-in-image',
      'file_not_found',
      2,
      'Line 2 (COPY --from=node:20-slim /usr/local/bin/nodejs20 /node): the image node:20-slim has no /usr/local/bin/nodejs20.',
      undefined,
    ],
    [
      'tsc-missing',
      'compiler_missing',
      5,
      'Line 5 (RUN npm run build) needs tsc, but it is not installed in the stage of line 1.',
      'Line 4 installs without devDependencies, and tsc is one of them. Install everything in the stage that builds, and leave devDependencies out of the stage that ships.',
    ],
    [
      'gcc-missing',
      'compiler_missing',
      2,
      'Line 2 (RUN gcc -o main main.c) needs gcc, but it is not in the stage of line 1: debian:bookworm-slim does not bring it.',
      'Compile in a stage whose base image has the tools, and copy the result with COPY --from.',
    ],
    [
      'command-not-found',
      'command_not_found',
      2,
      'Line 2 (RUN npm ci): there is no command npm in the stage of line 1.',
      'Check its spelling, or install it before this line.',
    ],
    [
      'exec-form-not-found',
      'compiler_missing',
      2,
      'Line 2 (RUN ["go", "build"]) needs go, but it is not in the stage of line 1: debian:bookworm-slim does not bring it.',
      'Compile in a stage whose base image has the tools, and copy the result with COPY --from.',
    ],
    [
      'no-shell-in-scratch',
      'command_not_found',
      2,
      'Line 2 (RUN echo hello) needs a shell, but scratch has no /bin/sh.',
      'Do this in an earlier stage that has a shell, and bring the result here with COPY --from.',
    ],
    [
      'no-shell-in-distroless',
      'command_not_found',
      2,
      'Line 2 (RUN echo hello) needs a shell, but gcr.io/distroless/static:nonroot has no /bin/sh.',
      'Do this in an earlier stage that has a shell, and bring the result here with COPY --from.',
    ],
    [
      'npm-ci-without-lock',
      'lock_file_missing',
      4,
      'Line 4 (RUN npm ci): package-lock.json is not in this stage, and npm ci installs exactly what package-lock.json says.',
      'The app has no package-lock.json.',
    ],
    [
      'npm-without-package-json',
      'lock_file_missing',
      3,
      'Line 3 (RUN npm ci): package.json and package-lock.json are not in this stage, and npm ci installs exactly what package-lock.json says.',
      'The app has no package-lock.json.',
    ],
    [
      'npm-package-not-in-mirror',
      'package_not_in_mirror',
      3,
      'Line 3 (RUN npm install stagecraft-there-is-no-such-package) asks for the package stagecraft-there-is-no-such-package, which the package mirror here does not have.',
      'A build here reaches no network; what the lock file of the app names is there. Check the name, or do without it.',
    ],
    [
      'node-module-not-found',
      'command_failed',
      2,
      `Line 2 (RUN node -e "require('express')"): Node can't find the package express.`,
      'Install it in this stage first, and check that it stands in package.json.',
    ],
    [
      'go-sum-missing',
      'lock_file_missing',
      4,
      'Line 4 (RUN go build -o /main .): go.sum is not in this stage.',
      'The app has no go.sum.',
    ],
    [
      'go-sum-not-copied',
      'file_not_found',
      3,
      'Line 3 (COPY go.mod go.sum ./): there is no go.sum in the build context.',
      'This app has no dependencies, so it has no go.sum. Copy go.mod only.',
    ],
    [
      'go-module-not-in-mirror',
      'package_not_in_mirror',
      4,
      'Line 4 (RUN go mod download) asks for the package example.test/lib@v1.0.0, which the package mirror here does not have.',
      'A build here reaches no network; what the lock file of the app names is there. Check the name, or do without it.',
    ],
    [
      'go-mod-missing',
      'file_not_found',
      3,
      'Line 3 (RUN go build -o /main .): go.mod is not in this stage.',
      'The app has no go.mod.',
    ],
    [
      'apt-package-unknown',
      'package_not_in_mirror',
      2,
      'Line 2 (RUN apt-get install -y cowsay) asks for the package cowsay, which the package mirror here does not have.',
      'A build here reaches no network; what the lock file of the app names is there. Check the name, or do without it.',
    ],
    [
      'apt-without-network',
      'package_not_in_mirror',
      2,
      'Line 2 (RUN apt-get update && apt-get install -y cowsay): there are no Debian packages in the package mirror here.',
      'Use a base image that has what you need; this exercise can be solved without apt-get.',
    ],
    [
      'no-space',
      'no_space',
      2,
      'Line 2 (RUN --mount=type=tmpfs,target=/t,size=1048576 head -c 9m /d…) ran out of disk space.',
      'Write less: a build step here may not fill the disk.',
    ],
    [
      'timeout',
      'timeout',
      2,
      'Line 2 (RUN echo start; sleep 600) was still running when the time for a build, 5 minutes, was over.',
      'A build step must end by itself: start servers with CMD or ENTRYPOINT, not with RUN.',
    ],
    [
      'permission-denied',
      'command_failed',
      3,
      'Line 3 (RUN mkdir /srv/app) was not permitted to use /srv/app.',
      'Line 2 changed to the user node: do this before it, or give the folder to that user with COPY --chown or chown.',
    ],
    [
      'command-failed',
      'command_failed',
      2,
      'Line 2 (RUN echo compiling; echo "main.c:3: error: expected ;" >&2;…) failed with exit code 3.',
      'Its last words: main.c:3: error: expected ;',
    ],
    [
      'unknown-base-image',
      'unknown_base_image',
      1,
      'Line 1 (FROM stagecraft.invalid/nothing:1): stagecraft.invalid/nothing:1 is neither a stage nor one of the base images here.',
      'The base images are node:20, node:20-slim and debian:bookworm-slim.',
    ],
    [
      'unknown-stage',
      'unknown_stage',
      3,
      'Line 3 (COPY --from=biuld /a /b): biuld is neither a stage nor one of the base images here.',
      'Did you mean build? The stages are build.',
    ],
  ])('%s', async (name, code, line, message, hint) => {
    const error = await explain(name);
    expect({ code: error.code, line: error.line, message: error.message, hint: error.hint }).toEqual({
      code,
      line,
      message,
      hint,
    });
    expect(error.raw).toBeTruthy();
    expect(error.raw).not.toContain('buildkit-mount');
  });

  test('no-network: the host that was asked for', async () => {
    const error = await explain('no-network');
    expect(error).toMatchObject({ code: 'command_failed', line: 2 });
    expect(error.message).toContain('tried to reach example.test, but a build here reaches the package mirror only.');
  });
});

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
