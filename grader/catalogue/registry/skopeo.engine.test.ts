/** skopeo against Debian's docker-registry on loopback. Needs apt and root, not the sandbox engine. */

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { issueServerCertificate } from '../../engine/sandbox-ca.ts';
import { silentProgress } from '../../progress.ts';
import { readSettings } from '../../settings.ts';
import { ensureHostPackages, registryPrograms } from '../host-packages.ts';
import { type BlobStore, blobStore, isComplete } from './blobs.ts';
import { RegistryFailure, type RegistryTiming } from './client.ts';
import { readHostDocker } from './host-docker.ts';
import { platformOf } from './lock.ts';
import { Skopeo } from './skopeo.ts';
import {
  credentials,
  type FaultyRegistry,
  impatientTiming,
  isFor,
  type Layers,
  noise,
  type PushedImage,
  pushImage,
  startFaultyRegistry,
  startRegistry,
  type TestRegistry,
  testTiming,
} from './testing.ts';

const settings = readSettings();
const { cacheDir, environment } = settings;
const platform = platformOf() ?? 'linux/amd64';
const shared = noise(200_000);
let registry: TestRegistry;
let faulty: FaultyRegistry;
let one: PushedImage;
let two: PushedImage;
let work: string;
let store: BlobStore;

beforeAll(async () => {
  await ensureHostPackages({ programs: registryPrograms, progress: silentProgress });
  registry = await startRegistry({ cacheDir });
  faulty = await startFaultyRegistry(registry);
  const layers: Layers = [{ 'lib/shared': shared }, { 'bin/one': noise(300_000) }];
  one = await pushImage(registry, { repository: 'library/one', tag: '1', layers });
  const others: Layers = [{ 'lib/shared': shared }, { 'bin/two': noise(1_000) }];
  two = await pushImage(registry, { repository: 'library/two', tag: '1', layers: others });
}, 120_000);

afterAll(async () => {
  await faulty?.close();
  await registry?.close();
});

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'sc-skopeo-'));
  store = blobStore(join(work, 'store'));
  faulty.misbehave(undefined);
  faulty.requests.length = 0;
});

afterEach(async () => await rm(work, { recursive: true, force: true }));

interface ClientParts {
  /** Registries that Docker's configuration is read for; loopback ones may then speak plain HTTP. */
  hosts?: string[];
  config?: object;
  daemon?: object;
  environment?: NodeJS.ProcessEnv;
  /** @default testTiming */
  timing?: RegistryTiming;
}

/** A client on a machine whose Docker is configured like this. */
async function clientWith(parts: ClientParts = {}): Promise<Skopeo> {
  const [dockerConfigDir, dockerEtcDir] = [join(work, 'docker'), join(work, 'etc-docker')];
  for (const folder of [dockerConfigDir, dockerEtcDir]) await mkdir(folder, { recursive: true });
  if (parts.config) await writeFile(join(dockerConfigDir, 'config.json'), JSON.stringify(parts.config));
  if (parts.daemon) await writeFile(join(dockerEtcDir, 'daemon.json'), JSON.stringify(parts.daemon));
  const host = await readHostDocker({ dockerConfigDir, dockerEtcDir }, parts.hosts ?? [registry.host, faulty.host]);
  const options = { scratch: join(work, 'scratch'), store, host, timing: parts.timing ?? testTiming };
  return await Skopeo.open({ ...options, environment: parts.environment ?? environment });
}

const pullOf = (host: string, name: string, image: PushedImage) => ({
  ...{ repository: `${host}/library/${name}`, platform },
  ...{ digest: image.pin.digest, downloadBytes: image.pin.downloadBytes },
});

/** The failure of a pull; a pull that works fails the test. */
async function failureOf(pull: Promise<unknown>): Promise<RegistryFailure> {
  const error = await pull.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RegistryFailure);
  return error as RegistryFailure;
}

const fetched = (digest: string): boolean =>
  faulty.requests.some((line) => line.startsWith('GET') && line.includes(digest));

describe('pulling by digest', () => {
  test('leaves a whole image, and a second image fetches only the layers that the first did not bring', async () => {
    const client = await clientWith();
    const first = await client.pull(pullOf(faulty.host, 'one', one));
    expect(await isComplete(store, first.layout)).toBe(true);
    expect(one.layerDigests.every(fetched)).toBe(true);
    faulty.requests.length = 0;
    const second = await client.pull(pullOf(faulty.host, 'two', two));
    expect(await isComplete(store, second.layout)).toBe(true);
    expect(fetched(two.layerDigests[0] as string)).toBe(false);
    expect(fetched(two.layerDigests[1] as string)).toBe(true);
  });

  test('asks nobody when the image is there', async () => {
    const client = await clientWith();
    await client.pull(pullOf(faulty.host, 'one', one));
    faulty.requests.length = 0;
    await client.pull(pullOf(faulty.host, 'one', one));
    expect(faulty.requests).toEqual([]);
  });

  test('tells how many bytes have come while they come', async () => {
    faulty.misbehave((request, response) => {
      if (!request.url?.includes(one.layerDigests[1] as string)) return false;
      sendInHalves(response, { digest: one.layerDigests[1] as string, afterEach: nextSaid }).catch(() =>
        response.destroy(),
      );
      return true;
    });
    const said: string[] = [];
    const nextSaid = async () => {
      const before = said.length;
      await vi.waitUntil(() => said.length > before, { timeout: 30_000 });
    };
    const client = await clientWith();
    await client.pull({ ...pullOf(faulty.host, 'one', one), onProgress: (text) => said.push(text) });
    const seen = said.map((text) => Number(/: ([\d.]+) of 0\.5 MB/.exec(text)?.[1]));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBeGreaterThan(0.2);
  });

  test('goes on after an interruption with the blobs that came before it', async () => {
    const stop = new AbortController();
    faulty.misbehave((request) => request.url?.includes(one.layerDigests[1] as string) === true);
    const client = await clientWith();
    const broken = client.pull({ ...pullOf(faulty.host, 'one', one), signal: stop.signal });
    const [firstLayer = ''] = one.layerDigests;
    const isWhole = () => existsSync(join(store.blobs, ...firstLayer.split(':')));
    await Promise.race([vi.waitUntil(isWhole, { timeout: 60_000 }), broken]);
    stop.abort();
    await expect(broken).rejects.toMatchObject({ code: 'cancelled' });
    faulty.misbehave(undefined);
    faulty.requests.length = 0;
    await client.pull(pullOf(faulty.host, 'one', one));
    expect(fetched(one.layerDigests[0] as string)).toBe(false);
    expect(fetched(one.layerDigests[1] as string)).toBe(true);
  });

  test("takes Docker Hub's images from the mirrors of daemon.json", async () => {
    const client = await clientWith({
      hosts: ['docker.io'],
      daemon: { 'registry-mirrors': [`http://${faulty.host}`] },
    });
    const pulled = await client.pull({ ...pullOf(faulty.host, 'one', one), repository: 'one' });
    expect(await isComplete(store, pulled.layout)).toBe(true);
    expect(faulty.requests).toContain(`GET /v2/library/one/manifests/${one.pin.digest}`);
  });
});

/** Two halves of a blob, each followed by a wait. */
async function sendInHalves(
  response: http.ServerResponse,
  { digest, afterEach: wait }: { digest: string; afterEach: () => Promise<void> },
): Promise<void> {
  const hex = digest.slice(7);
  const bytes = await readFile(join(registry.dataDir, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data'));
  response.writeHead(200, { 'content-length': bytes.length });
  const half = Math.ceil(bytes.length / 2);
  for (const part of [bytes.subarray(0, half), bytes.subarray(half, -1)]) {
    response.write(part);
    await wait();
  }
  response.end(bytes.subarray(-1));
}

describe('a registry with a password', () => {
  let guarded: TestRegistry;
  let image: PushedImage;

  beforeAll(async () => {
    guarded = await startRegistry({ cacheDir, authentication: true });
    const target = { host: guarded.host, authenticate: true };
    image = await pushImage(target, { repository: 'library/one', tag: '1', layers: [{ a: 'a' }] });
  });
  afterAll(async () => await guarded?.close());

  const pull = async (config: object, path?: string) => {
    const PATH = path === undefined ? environment.PATH : `${path}:${environment.PATH}`;
    const client = await clientWith({ hosts: [guarded.host], config, environment: { ...environment, PATH } });
    return await client.pull(pullOf(guarded.host, 'one', image));
  };

  test('is opened by what docker login wrote into config.json', async () => {
    const auth = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
    const pulled = await pull({ auths: { [guarded.host]: { auth } } });
    expect(await isComplete(store, pulled.layout)).toBe(true);
  });

  test.each([
    ['credsStore', () => ({ credsStore: 'sctest' })],
    ['credHelpers', () => ({ credHelpers: { [guarded.host]: 'sctest' } })],
  ])('is opened by a credential helper named in %s', async (_, config) => {
    const helper = join(work, 'docker-credential-sctest');
    const answer = JSON.stringify({
      ServerURL: guarded.host,
      Username: credentials.user,
      Secret: credentials.password,
    });
    await writeFile(helper, `#!/bin/sh\ncat > /dev/null\necho '${answer}'\n`, { mode: 0o755 });
    const pulled = await pull(config(), work);
    expect(await isComplete(store, pulled.layout)).toBe(true);
  });

  test('stays closed without credentials and with wrong ones, and says how to give them', async () => {
    const auth = Buffer.from('learner:wrong').toString('base64');
    for (const config of [{}, { auths: { [guarded.host]: { auth } } }]) {
      const failure = await failureOf(pull(config));
      expect(failure.kind).toBe('unauthorised');
      expect(failure.message).toContain(`docker login ${guarded.host}`);
      expect(failure.message).not.toContain('wrong');
    }
  });
});

describe('a registry with a certificate of a private CA', () => {
  let secure: TestRegistry;
  let image: PushedImage;
  let folder: string;
  let caFile: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sc-tls-'));
    const tls = await issueServerCertificate(folder, '127.0.0.1');
    caFile = join(folder, 'sandbox-ca', 'ca.pem');
    secure = await startRegistry({ cacheDir, tls });
    await mkdir(join(folder, 'certs'));
    await writeFile(join(folder, 'certs', 'ca.crt'), await readFile(caFile));
    const target = { host: secure.host, certDir: join(folder, 'certs') };
    image = await pushImage(target, { repository: 'library/one', tag: '1', layers: [{ a: 'a' }] });
  });
  afterAll(async () => {
    await secure?.close();
    await rm(folder, { recursive: true, force: true });
  });

  // Not named as a host, so that it is treated like a registry elsewhere: loopback ones are never checked by Docker.
  const pull = async (more: NodeJS.ProcessEnv = {}) => {
    const client = await clientWith({ hosts: [], environment: { ...environment, ...more } });
    return await client.pull(pullOf(secure.host, 'one', image));
  };

  test('is refused as long as nobody trusts that CA', async () => {
    const failure = await failureOf(pull());
    expect(failure.kind).toBe('untrusted');
    expect(failure.message).toContain(`/etc/docker/certs.d/${secure.host}/ca.crt`);
  });

  test("is trusted by /etc/docker/certs.d, where the machine's Docker has it", async () => {
    const trusted = join('/etc/docker/certs.d', secure.host);
    await mkdir(trusted, { recursive: true });
    try {
      await writeFile(join(trusted, 'ca.crt'), await readFile(caFile));
      expect(await isComplete(store, (await pull()).layout)).toBe(true);
    } finally {
      await rm(trusted, { recursive: true });
    }
  });

  test('is trusted by the CA bundle of the environment', async () => {
    expect(await isComplete(store, (await pull({ SSL_CERT_FILE: caFile })).layout)).toBe(true);
  });
});

describe('a registry that fails', () => {
  const pull = async () => await (await clientWith()).pull(pullOf(faulty.host, 'one', one));

  test('a digest that it does not have is a sentence that says how to pin again', async () => {
    const client = await clientWith();
    const gone = { ...one, pin: { ...one.pin, digest: `sha256:${'4'.repeat(64)}` } };
    const failure = await failureOf(client.pull(pullOf(faulty.host, 'one', gone)));
    expect(failure.kind).toBe('missing');
    expect(failure.message).toContain('catalogue update --write');
  });

  test('a blob that is cut off leaves nothing that looks whole', async () => {
    faulty.misbehave((request, response) => {
      if (!isFor('blobs', request)) return false;
      response.writeHead(200, { 'content-length': 100_000 });
      response.write('only the beginning');
      setTimeout(() => response.destroy(), 50);
      return true;
    });
    expect((await failureOf(pull())).kind).toBe('damaged');
    faulty.misbehave(undefined);
    expect(await isComplete(store, (await pull()).layout)).toBe(true);
  });

  test('a blob with other bytes than its digest promises is refused', async () => {
    faulty.misbehave((request, response) => {
      if (!request.url?.includes(one.layerDigests[0] as string)) return false;
      response.end(noise(1000));
      return true;
    });
    expect((await failureOf(pull())).kind).toBe('damaged');
  });

  test('"too many requests" is waited for as long as Retry-After says', async () => {
    let refusals = 1;
    faulty.misbehave((request, response) => {
      if (!isFor('manifests', request) || refusals === 0) return false;
      refusals -= 1;
      response.writeHead(429, { 'retry-after': '1' }).end();
      return true;
    });
    const start = performance.now();
    expect(await isComplete(store, (await pull()).layout)).toBe(true);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  test('"too many requests" for longer than our patience is given up on at once', async () => {
    faulty.misbehave((request, response) => {
      if (!isFor('manifests', request)) return false;
      response.writeHead(429, { 'retry-after': '30' }).end();
      return true;
    });
    const failure = await failureOf(pull());
    expect(failure.kind).toBe('rate_limited');
    expect(failure.message).toContain('too many requests');
  });

  test.each(['manifests', 'blobs'] as const)('one that hangs over its %s is given up on', async (kind) => {
    faulty.misbehave((request, response) => {
      if (!isFor(kind, request)) return false;
      if (kind === 'blobs') response.writeHead(200, { 'content-length': 100_000 }).write('the beginning');
      return true;
    });
    const client = await clientWith({ timing: impatientTiming });
    const failure = await failureOf(client.pull(pullOf(faulty.host, 'one', one)));
    expect(failure.kind).toBe('silent');
    expect(failure.message).toContain(`${faulty.host} said nothing for`);
  });

  test('one with a fault of its own is told from one that is not there', async () => {
    faulty.misbehave((request, response) => {
      if (!isFor('manifests', request)) return false;
      response.writeHead(503).end();
      return true;
    });
    expect((await failureOf(pull())).kind).toBe('server_error');
    const client = await clientWith({ hosts: ['127.0.0.1:9'] });
    expect((await failureOf(client.pull(pullOf('127.0.0.1:9', 'one', one)))).kind).toBe('unreachable');
  });
});
