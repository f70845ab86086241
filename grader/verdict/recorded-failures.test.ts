import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BuildError } from '../contract/report.ts';
import { brokenBuilds } from './fixtures/cases.ts';
import { explainRecording as explain, recordings } from './fixtures/recordings.ts';

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
