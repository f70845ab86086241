/** Real installs and compiles in the base images, from the package mirror and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';
import { fixtureFiles, openTestCatalogue, type TestCatalogue } from '../testing.ts';
import { goFromImage } from './go-toolchain.ts';

let room: TestCatalogue;
const build: TestCatalogue['build'] = (dockerfile, files) => room.build(dockerfile, files);

beforeAll(async () => {
  room = await openTestCatalogue();
}, 900_000);
afterAll(async () => await room?.slot.release());

describe('Node.js', () => {
  const install = 'WORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n';

  test.each(['node:20', 'node:20-slim', 'node:20-alpine'])('%s runs npm ci of a lock file untouched', async (image) => {
    const files = await fixtureFiles('npm-app', ['package.json', 'package-lock.json']);
    const made = await build(
      `FROM ${image}\n${install}RUN node -e "console.log('ms says', require('ms')('2h'))"\nRUN echo 'let x: number = 1; console.log(x)' > a.ts && npx esbuild a.ts\nUSER node\nRUN id -un && npm --version && yarn --version\n`,
      files,
    );
    expect(made.output).toContain('ms says 7200000');
    expect(made.output).toContain('console.log(x);');
    expect(made.ok, made.output).toBe(true);
  });

  test('npm ci also follows download addresses in a lock file', async () => {
    const files = await fixtureFiles('npm-app', ['package.json', 'package-lock.json']);
    const lock = JSON.parse(files['package-lock.json'] as string) as {
      packages: Record<string, Record<string, unknown>>;
    };
    const ms = lock.packages['node_modules/ms'] as Record<string, unknown>;
    ms.resolved = 'https://registry.stagecraft.test/ms/-/ms-2.1.3.tgz';
    const made = await build(`FROM node:20-slim\n${install}`, { ...files, 'package-lock.json': JSON.stringify(lock) });
    expect(made.ok, made.output).toBe(true);
  });

  test('what npm installed runs on distroless nodejs, without a shell and not as root', async () => {
    const files = await fixtureFiles('npm-app', ['package.json', 'package-lock.json']);
    const made = await build(
      `FROM node:20-slim AS build\n${install}FROM gcr.io/distroless/nodejs20-debian12:nonroot\nWORKDIR /app\nCOPY --from=build /app/node_modules node_modules\nCOPY main.js .\nCMD ["main.js"]\n`,
      { ...files, 'main.js': "console.log('ms says', require('ms')('1h'), process.getuid())" },
    );
    expect(made.ok, made.output).toBe(true);
    expect(await room.printedBy(made.imageId)).toContain('ms says 3600000 65532');
  });

  test('a package that is not in the mirror is told in the build log', async () => {
    const made = await build('FROM node:20-slim\nWORKDIR /app\nRUN npm install stagecraft-has-no-such-package\n');
    expect(made.ok).toBe(false);
    expect(made.output).toMatch(/stagecraft-has-no-such-package is not in this course.s package mirror/);
  });
});

describe('Go', () => {
  const compile =
    'WORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY main.go .\nRUN CGO_ENABLED=0 go build -o /app .\n';

  test.each([
    ['golang:1.22', 'gcr.io/distroless/static:nonroot'],
    ['golang:1.22', 'gcr.io/distroless/base-debian12'],
    ['golang:1.22-alpine', 'scratch'],
    ['golang:1.22-alpine', 'gcr.io/distroless/static'],
    ['golang:1.22-alpine', 'alpine:3.19'],
    ['golang:1.22', 'busybox:1.36'],
  ])('%s downloads, compiles, and the result runs on %s', async (builder, runtime) => {
    const files = await fixtureFiles('go-app', ['go.mod', 'go.sum', 'main.go']);
    const made = await build(
      `FROM ${builder} AS build\n${compile}FROM ${runtime}\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n`,
      files,
    );
    expect(made.ok, made.output).toBe(true);
    expect(await room.printedBy(made.imageId)).toContain('made 36 characters');
  });

  test('cgo works where there is a C compiler', async () => {
    const main =
      'package main\n\n// int two(void) { return 2; }\nimport "C"\n\nfunc main() { println("two is", C.two()) }\n';
    const made = await build(
      'FROM golang:1.22 AS build\nWORKDIR /src\nCOPY go.mod main.go ./\nRUN go build -o /app .\nFROM gcr.io/distroless/base\nCOPY --from=build /app /app\nCMD ["/app"]\n',
      { 'main.go': main, 'go.mod': 'module example.com/c\n\ngo 1.22\n' },
    );
    expect(made.ok, made.output).toBe(true);
    expect(await room.printedBy(made.imageId)).toContain('two is 2');
  });

  test('a module that is not in the mirror is told in the build log', async () => {
    const made = await build('FROM golang:1.22-alpine\nRUN go install example.com/no/such@v1.0.0\n');
    expect(made.ok).toBe(false);
    expect(made.output).toMatch(/example\.com\/no\/such is not in this course.s package mirror/);
  });

  test('the toolchain of the image can fill on a host without Go', async () => {
    const go = await goFromImage(room, undefined);
    expect((await runCommand([go, 'version'])).stdout).toContain('go1.22');
  });
});
