/** What is in the base images: names, labels, sizes, users, certificates, system packages; and that they come from the cache. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseLauncher, openEngine } from '../engine/open-engine.ts';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import { catalogueEntries, toolboxImage } from './entries.ts';
import { openCatalogue } from './open-catalogue.ts';
import { fillSystem } from './packages/system-fill.ts';
import { openTestCatalogue, type TestCatalogue } from './testing.ts';

const mb = 1_000_000;
let room: TestCatalogue;
const build: TestCatalogue['build'] = (dockerfile, files) => room.build(dockerfile, files);

beforeAll(async () => {
  room = await openTestCatalogue();
}, 900_000);
afterAll(async () => await room?.slot.release());

describe('every image', () => {
  test.each(catalogueEntries)('$name is ready under each of its names and says what it is', async (entry) => {
    const image = room.catalogue.images().find((one) => one.entry.name === entry.name);
    expect(image?.failure).toBeUndefined();
    expect(image?.state).toBe('ready');
    for (const name of [entry.name, ...entry.aliases]) {
      expect((await room.engine.docker.getImage(name).inspect()).Id, name).toBe(image?.imageId);
    }
    const { Config, RootFS } = await room.engine.docker.getImage(entry.name).inspect();
    expect(RootFS.Layers).toEqual(image?.diffIds);
    expect(Config.Labels).toMatchObject({
      'org.stagecraft.catalogue.source': 'stand-in',
      'org.stagecraft.catalogue.from': entry.madeFrom,
      'org.stagecraft.catalogue.differs': entry.differs,
    });
  });

  // In brackets: the official image, in MB.
  test.each([
    ['debian:bookworm-slim', 70, 80], // (75)
    ['debian:trixie-slim', 70, 85], // (79)
    ['node:20-slim', 185, 215], // (200)
    ['node:20', 950, 1250], // (1100)
    ['golang:1.22', 720, 900], // (820)
    ['gcr.io/distroless/static:nonroot', 1.5, 4], // (2)
    ['gcr.io/distroless/base', 18, 24], // (20)
    ['gcr.io/distroless/nodejs20-debian12', 115, 140], // (130)
    ['busybox', 1, 5], // (4)
    ['alpine', 1.5, 8], // (7)
    ['golang:1.22-alpine', 210, 250], // (225)
    ['node:20-alpine', 125, 145], // (135)
    ['nginx:alpine', 14, 50], // (48)
    ['python:3.11-slim', 115, 135], // (130)
    ['python:3.11', 850, 1050], // (1010)
    ['ghcr.io/astral-sh/uv', 40, 60], // (50)
    ['nginx', 80, 200], // (192)
    ['nginxinc/nginx-unprivileged:alpine', 14, 50], // (48)
    ['eclipse-temurin:21-jdk', 400, 520], // (440)
    ['eclipse-temurin:21-jre', 220, 300], // (270)
    ['maven:3.9-eclipse-temurin-21', 410, 560], // (520)
    ['gcr.io/distroless/java21-debian12', 200, 270], // (190)
    ['rust:1.78-slim', 600, 900], // (800)
    ['rust:1.78', 1200, 1700], // (1500)
    ['gcr.io/distroless/python3-debian12', 48, 56], // (53)
    ['gcr.io/distroless/cc-debian12', 20, 26], // (23)
    ['gcr.io/distroless/static:debug', 3, 7], // (4)
  ])('%s is between %d and %d MB', (name, least, most) => {
    const entry = room.catalogue.find(name);
    const bytes = room.catalogue.images().find((image) => image.entry === entry)?.sizeBytes ?? 0;
    expect(bytes / mb).toBeGreaterThan(least);
    expect(bytes / mb).toBeLessThan(most);
  });

  test('is there at once when the catalogue is opened again', async () => {
    const states: string[] = [];
    const again = await openCatalogue({
      engine: room.engine,
      cacheDir: room.cacheDir,
      progress: (task) => states.push(task.state),
    });
    await again.fill({ first: ['scratch', 'no-such-image'] });
    await expect(again.ready(['no-such-image'])).rejects.toMatchObject({ code: 'not_found' });
    await again.ready([...catalogueEntries.map((entry) => entry.name), toolboxImage]);
    expect(new Set(states)).toEqual(new Set(['ready']));
  });

  test('comes from the cache into another engine, not from a build', async () => {
    const homeDir = await mkdtemp(join(tmpdir(), 'sc-cat-'));
    const { cacheDir } = room;
    const settings = { ...readSettings(), homeDir, cacheDir };
    const other = await openEngine({ settings, progress: silentProgress });
    try {
      const theirs = await openCatalogue({ engine: other, cacheDir, progress: silentProgress });
      await theirs.fill({ first: ['busybox:1.36'], only: true });
      const mine = room.catalogue.images().find((image) => image.entry.name === 'busybox:1.36');
      const loaded = theirs.images().find((image) => image.entry.name === 'busybox:1.36');
      // dockerd counts a layer's bytes a little differently when it builds and when it loads.
      expect({ ...loaded, sizeBytes: 0 }).toEqual({ ...mine, sizeBytes: 0 });
      expect((loaded?.sizeBytes ?? 0) / (mine?.sizeBytes ?? 1)).toBeCloseTo(1, 1);
      expect((await other.docker.getImage('busybox:latest').inspect()).Id).toBe(mine?.imageId);
    } finally {
      await other.release();
      await (await chooseLauncher(settings)).remove();
      await rm(homeDir, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

describe('distroless', () => {
  test.each([
    ...['static', 'base', 'cc', 'nodejs20', 'python3', 'java21'].flatMap((name) =>
      ['', ':nonroot'].map((tag) => `gcr.io/distroless/${name}-debian12${tag}`),
    ),
  ])('%s has no shell', async (image) => {
    const made = await build(`FROM ${image}\nRUN echo hello\n`);
    expect(made.ok).toBe(false);
    expect(made.output).toMatch(/exec.*\/bin\/sh.*no such file/);
  });

  test('root and nonroot are told apart by user and folder', async () => {
    const { Config: root } = await room.engine.docker.getImage('gcr.io/distroless/static:latest').inspect();
    const { Config: nonroot } = await room.engine.docker.getImage('gcr.io/distroless/static:nonroot').inspect();
    expect([root.User, root.WorkingDir]).toEqual(['0', '/']);
    expect([nonroot.User, nonroot.WorkingDir]).toEqual(['65532', '/home/nonroot']);
  });
});

describe('Python', () => {
  test('installs where the official image does, makes environments, and asks the mirror', async () => {
    const made = await build(
      [
        'FROM python:3.11-slim',
        'RUN which python pip && python -m site | grep site-packages && pip config list',
        'RUN python -m venv /venv && /venv/bin/pip --version',
        'RUN pip install --no-index --prefix=/install --ignore-installed /usr/local/lib/python3.11/ensurepip/_bundled/setuptools-*.whl && ls /install/lib',
        'RUN pip install no-such-package',
      ].join('\n'),
    );
    expect(made.ok).toBe(false);
    expect(made.output).toContain("/usr/local/lib/python3.11/site-packages',");
    expect(made.output).toContain('pip 24.0 from /venv/lib/python3.11/site-packages/pip');
    expect(made.output).toMatch(/ python3\.11\n/);
    expect(made.output).toContain(`Looking in indexes: http://${room.engine.network.buildGateway}`);
    expect(made.output).toContain('No matching distribution found for no-such-package');
  });

  test('with compilers makes wheels of C code', async () => {
    const made = await build(
      'FROM python:3.11\nCOPY . /m\nRUN pip install --no-index --no-build-isolation /m && python -c "import m"\n',
      {
        'setup.py': 'from setuptools import setup, Extension\nsetup(name="m", ext_modules=[Extension("m", ["m.c"])])\n',
        'm.c':
          '#include <Python.h>\nstatic struct PyModuleDef d = {PyModuleDef_HEAD_INIT, "m"};\nPyMODINIT_FUNC PyInit_m(void) { return PyModule_Create(&d); }\n',
      },
    );
    expect(made.ok, made.output).toBe(true);
  });

  test('of distroless runs packages of an environment that was made for it', async () => {
    const made = await build(
      'FROM python:3.11-slim AS build\nRUN mkdir /packages && echo "word = 41 + 1" > /packages/answer.py\nFROM gcr.io/distroless/python3-debian12:nonroot\nCOPY --from=build /packages /packages\nENV PYTHONPATH=/packages\nRUN ["/usr/bin/python3", "-c", "import answer, os, ssl, sqlite3; print(answer.word, os.getuid())"]\n',
    );
    expect(made.ok, made.output).toBe(true);
    expect(made.output).toContain('42 65532');
  });

  test('uv is static: it runs wherever it is copied, and finds the mirror where Python is', async () => {
    const made = await build(
      'FROM alpine\nCOPY --from=ghcr.io/astral-sh/uv /uv /uvx /bin/\nRUN uv --version && uvx --version\nFROM python:3.11-slim\nCOPY --from=0 /bin/uv /bin/uv\nRUN uv venv && uv pip install -v no-such-package\n',
    );
    expect(made.ok).toBe(false);
    expect(made.output).toContain(
      `${room.engine.network.buildGateway}:${room.engine.network.mirrorPort}/pypi/simple/no-such-package`,
    );
    expect(made.output).toContain('no-such-package was not found in the package registry');
  });
});

describe('Java', () => {
  test('compiles, links a runtime of its own, and trusts the sandbox CA', async () => {
    const made = await build(
      [
        'FROM eclipse-temurin:21-jdk AS build',
        'WORKDIR /app',
        'COPY Main.java .',
        'RUN javac Main.java && jlink --add-modules java.base --strip-debug --no-man-pages --no-header-files --output /jre && /jre/bin/java Main',
        'RUN keytool -list -cacerts -storepass changeit | grep -i stagecraft',
        'RUN printf "Main-Class: Main\\n" > manifest && jar cfm app.jar manifest Main.class',
        'FROM eclipse-temurin:21-jre AS jre',
        'COPY --from=build /app/app.jar /',
        'RUN java -jar /app.jar && ! which javac',
        'FROM gcr.io/distroless/java21-debian12:nonroot',
        'COPY --from=jre /app.jar /app.jar',
        'CMD ["/app.jar"]',
      ].join('\n'),
      {
        'Main.java':
          'class Main { public static void main(String[] a) { System.out.println("Java " + Runtime.version().feature()); } }',
      },
    );
    expect(made.ok, made.output).toBe(true);
    expect(await room.printedBy(made.imageId)).toContain('Java 21');
  });

  test('Maven asks the mirror for everything', async () => {
    const made = await build('FROM maven:3.9-eclipse-temurin-21\nRUN mvn -v\nRUN mvn -B org.example:nothing:1:run\n');
    expect(made.ok).toBe(false);
    expect(made.output).toContain('Apache Maven 3.9.9');
    expect(made.output).toMatch(/Downloading from package-mirror: http:\/\/10[^ ]*\/maven\/org\/example\/nothing/);
  });
});

describe('Rust', () => {
  test.each(['rust:1.78-slim', 'rust:1.78'])('%s links a program that distroless cc runs', async (image) => {
    const made = await build(
      `FROM ${image} AS build\nRUN cargo new --bin /hello && cd /hello && cargo build --release\nFROM gcr.io/distroless/cc-debian12:nonroot\nCOPY --from=build /hello/target/release/hello /\nCMD ["/hello"]\n`,
    );
    expect(made.ok, made.output).toBe(true);
    expect(await room.printedBy(made.imageId)).toContain('Hello, world!');
  });

  test('cargo asks the mirror for crates', async () => {
    const made = await build('FROM rust:1-slim\nRUN cargo new /x && cd /x && cargo add no-such-crate\n');
    expect(made.ok).toBe(false);
    expect(made.output).toMatch(/package-mirror|no-such-crate.* could not be found/);
  });
});

describe('certificates', () => {
  test.each([
    'golang:1.22',
    'golang:1.22-alpine',
    'node:20',
    'alpine:3.19',
    'gcr.io/distroless/static',
    'gcr.io/distroless/base',
  ])('%s trusts the sandbox CA besides the usual ones', async (image) => {
    const line = (await readFile(join(room.cacheDir, 'sandbox-ca', 'ca.pem'), 'utf8')).split('\n')[1] as string;
    const made = await build(
      `FROM ${image} AS looked-at\nFROM busybox:1.36\nCOPY --from=looked-at /etc/ssl/certs/ca-certificates.crt /bundle\nRUN echo "certificates: $(grep -c BEGIN /bundle)" && grep -F '${line}' /bundle\n`,
    );
    expect(made.ok, made.output).toBe(true);
    expect(Number(/certificates: (\d+)\n/.exec(made.output)?.[1])).toBeGreaterThan(100);
  });

  test.each(['debian:bookworm-slim', 'node:20-slim', 'busybox:1.36'])(
    '%s has no bundle, as officially',
    async (image) => {
      const made = await build(`FROM ${image}\nRUN test ! -e /etc/ssl/certs/ca-certificates.crt\n`);
      expect(made.ok, made.output).toBe(true);
    },
  );
});

describe('Debian', () => {
  test('apt-get installs what the mirror holds, and ca-certificates brings the sandbox CA', async () => {
    const made = await build(
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/*\nRUN curl --version && grep -c BEGIN /etc/ssl/certs/ca-certificates.crt && ls /etc/ssl/certs | grep stagecraft\n',
    );
    expect(made.ok, made.output).toBe(true);
  });

  test('apt-get also installs what was asked for besides, of the release that the image has', async () => {
    const images = ['debian:bookworm-slim', 'eclipse-temurin:21-jre'];
    const filler = { ...room, progress: silentProgress };
    const missing = await fillSystem(filler, { apt: ['sl'], apk: [], images, label: 'a test' }, undefined);
    expect(missing).toEqual([]);
    for (const image of images) {
      const made = await build(`FROM ${image}\nRUN apt-get update && apt-get install -y sl && test -x /usr/games/sl\n`);
      expect(made.ok, made.output).toBe(true);
    }
  });

  test('asking for a package that Debian or apk do not have is told in a sentence', async () => {
    const asked = {
      apt: ['tini', 'no-such-thing'],
      apk: ['tini', 'gcc'],
      images: ['debian:bookworm-slim'],
      label: 'a test',
    };
    const missing = await fillSystem({ ...room, progress: silentProgress }, asked, undefined);
    expect(missing).toEqual([
      'a test installs no-such-thing with apt-get; Debian bookworm has no package of that name.',
      expect.stringMatching(/^a test installs gcc with apk, which has .*tini.*\. Use a Debian image for it\.$/),
    ]);
  });

  test('apt-get says what it does not know', async () => {
    const made = await build('FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y no-such-thing\n');
    expect(made.ok).toBe(false);
    expect(made.output).toContain('Unable to locate package no-such-thing');
  });
});

describe('Alpine', () => {
  test('has users, musl and an apk that installs what the mirror holds', async () => {
    const made = await build(
      [
        'FROM alpine:3.19',
        'RUN apk add --no-cache ca-certificates tzdata tini && update-ca-certificates && test -e /usr/share/zoneinfo/Europe/Paris && tini --version',
        'RUN addgroup -S app && adduser -S -G app app',
        'USER app',
        'RUN id && . /etc/os-release && echo "this is $ID $VERSION_ID" && ls /lib/ld-musl-*',
      ].join('\n'),
    );
    expect(made.ok, made.output).toBe(true);
    expect(made.output).toContain('this is alpine 3.19');
    expect(made.output).toMatch(/uid=100\(app\) gid=101\(app\)/);
  });

  test.each(['alpine:3.19', 'node:20-alpine', 'golang:1.22-alpine'])(
    'on %s, programs that are Debian’s own run beside musl',
    async (image) => {
      const made = await build(
        `FROM ${image}\nRUN apk add --no-cache curl git dumb-init jq make openssl libc6-compat\nRUN curl --version && git init -q /x && git -C /x status && dumb-init true && echo '{"a": 1}' | jq .a && openssl version && make --version\nRUN ls -l /bin/sh /bin/tar && head -n 1 /etc/passwd && sh -c 'tar --help 2>&1 | head -n 1'\n`,
      );
      expect(made.ok, made.output).toBe(true);
      expect(made.output).toMatch(/BusyBox v1\.35/);
      expect(made.output).toMatch(/\/bin\/sh -> busybox/);
    },
  );

  test('apk fails honestly for what there is not', async () => {
    const made = await build('FROM node:20-alpine\nRUN apk add --no-cache python3 make g++\n');
    expect(made.ok).toBe(false);
    expect(made.output).toContain('python3 (no such package)');
    expect(made.output).toMatch(/is a stand-in .* What it has: ca-certificates/);
  });
});

describe('nginx', () => {
  test('serves a copied page, with variables put into a template', async () => {
    const made = await build(
      'FROM nginx:alpine\nCOPY index.html /usr/share/nginx/html/\nCOPY extra.conf.template /etc/nginx/templates/\nENV WORD=hello\n',
      {
        'index.html': 'made by a stage',
        'extra.conf.template': 'server { listen 8080; location / { return 200 "$WORD $uri"; } }',
      },
    );
    expect(made.ok, made.output).toBe(true);
    const container = await room.engine.docker.createContainer({
      Image: made.imageId,
      HostConfig: {
        NetworkMode: room.engine.network.runNetworkName,
        CgroupParent: room.slot.cgroupParent,
        CapDrop: ['ALL'],
        CapAdd: ['CHOWN', 'SETUID', 'SETGID', 'NET_BIND_SERVICE'],
      },
    });
    try {
      await container.start();
      const ip =
        (await container.inspect()).NetworkSettings.Networks[room.engine.network.runNetworkName]?.IPAddress ?? '';
      const get = (port: number) => room.engine.probe({ ip, port, method: 'GET', path: '/x', timeoutMs: 2_000 });
      await expect.poll(async () => (await get(8080)).ok, { timeout: 10_000 }).toBe(true);
      expect(await get(8080)).toMatchObject({ status: 200, body: 'hello /x' });
      const page = await room.engine.probe({ ip, port: 80, method: 'GET', path: '/', timeoutMs: 2_000 });
      expect(page).toMatchObject({ status: 200, body: 'made by a stage' });
    } finally {
      await container.remove({ force: true, v: true });
    }
  });
});
