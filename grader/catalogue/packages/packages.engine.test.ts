/** Real installs and compiles in the base images, from the package mirror and nothing else. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';
import { fixtureFiles, fixtures, openTestCatalogue, type TestCatalogue } from '../testing.ts';
import { goFromImage } from './go-toolchain.ts';
import { pythonFromImage } from './python/client.ts';
import { fillPython } from './python/fill.ts';

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

describe('Python', () => {
  const files = () => fixtureFiles('python-app', ['requirements.txt', 'pyproject.toml', 'uv.lock', 'main.py']);
  const printed = 'safe is &lt;b&gt; 0.6.2 markupsafe';

  test.each(['python:3.11-slim', 'python:3.11'])(
    '%s installs a wheel, and a package that only has its source',
    async (image) => {
      const made = await build(
        `FROM ${image}\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY main.py .\nRUN python main.py\n`,
        await files(),
      );
      expect(made.ok, made.output).toBe(true);
      expect(made.output).toContain(printed);
    },
  );

  test('what was installed with pip runs on distroless python, without a shell and not as root', async () => {
    const made = await build(
      'FROM python:3.11-slim AS build\nCOPY requirements.txt .\nRUN pip install --no-cache-dir --target=/packages -r requirements.txt\nFROM gcr.io/distroless/python3-debian12:nonroot\nENV PYTHONPATH=/packages\nCOPY --from=build /packages /packages\nCOPY main.py /\nCMD ["/main.py"]\n',
      await files(),
    );
    expect(made.ok, made.output).toBe(true);
    expect(await room.printedBy(made.imageId)).toContain(printed);
  });

  test.each(['--frozen', '--locked'])('uv sync %s installs what uv.lock names, from its own image', async (option) => {
    const made = await build(
      `FROM python:3.11-slim\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync ${option} --no-dev\nCOPY main.py .\nRUN .venv/bin/python main.py && ! ls .venv/lib/python3.11/site-packages/iniconfig\n`,
      await files(),
    );
    expect(made.ok, made.output).toBe(true);
    expect(made.output).toContain(printed);
  });

  test('a C module of the app itself is compiled into a wheel, and installed where there is no compiler', async () => {
    const source =
      '#include <Python.h>\nstatic PyObject *two(PyObject *s, PyObject *a) { return PyLong_FromLong(2); }\nstatic PyMethodDef m[] = {{"two", two, METH_NOARGS, ""}, {0}};\nstatic struct PyModuleDef d = {PyModuleDef_HEAD_INIT, "twomod", 0, -1, m};\nPyMODINIT_FUNC PyInit_twomod(void) { return PyModule_Create(&d); }\n';
    const setup =
      "from setuptools import Extension, setup\nsetup(name='twomod', version='1', ext_modules=[Extension('twomod', ['two.c'])])\n";
    const made = await build(
      'FROM python:3.11 AS build\nWORKDIR /src\nCOPY . .\nRUN pip wheel -w /wheels .\nFROM python:3.11-slim\nRUN --mount=from=build,source=/wheels,target=/wheels pip install --no-index /wheels/*.whl\nCMD ["python", "-c", "import twomod; print(\'two is\', twomod.two())"]\n',
      { 'two.c': source, 'setup.py': setup },
    );
    expect(made.ok, made.output).toBe(true);
    expect(await room.printedBy(made.imageId)).toContain('two is 2');
  });

  test('a package that is not in the mirror is told in the build log', async () => {
    const made = await build('FROM python:3.11-slim\nRUN pip install stagecraft-has-no-such-package\n');
    expect(made.ok).toBe(false);
    expect(made.output).toContain('No matching distribution found for stagecraft-has-no-such-package');
  });

  test('the Python of the image can fill on a host without one', async () => {
    const work = await mkdtemp(join(tmpdir(), 'sc-python-'));
    try {
      const python = () => pythonFromImage(room, undefined);
      const { command } = await python();
      expect((await runCommand([...command, '--version'])).stdout).toContain('Python 3.11');
      const places = { treeRoot: join(work, 'tree'), scratchRoot: join(work, 'scratch') };
      expect(await fillPython({ folder: join(fixtures, 'python-app'), label: 'app', ...places, python })).toEqual([]);
      const page = await readFile(join(work, 'tree/simple/markupsafe/index.html'), 'utf8');
      expect(page).toMatch(/cp311-cp311-manylinux/);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
});
