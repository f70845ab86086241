/** Every client that downloads goes through the host's proxy and trusts its gateway; learners' builds see neither. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hostNetwork } from '../../bin/host-network.mjs';
import { mmdebstrapArgs } from '../engine/host/rootfs.ts';
import { buildInSlot, ensureTestImage, testEngine } from '../engine/testing.ts';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import { ensureHostPackages, registryPrograms } from './host-packages.ts';
import { fillGo } from './packages/go-fill.ts';
import { fillNpm } from './packages/npm-fill.ts';
import { fillPython } from './packages/python/fill.ts';
import { blobStore, isComplete } from './registry/blobs.ts';
import { readHostDocker } from './registry/host-docker.ts';
import { platformOf } from './registry/lock.ts';
import { Skopeo } from './registry/skopeo.ts';
import { pushImage, startRegistry, testTiming } from './registry/testing.ts';
import { runCommand } from './run-command.ts';
import { downloadPackages } from './stand-in/debian-inputs.ts';
import { type LoggingProxy, startLoggingProxy, type Upstream, upstreamHost } from './testing-proxy.ts';

const exec = promisify(execFile);
const { cacheDir } = readSettings();
let work: string;
let proxy: LoggingProxy;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'sc-behind-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy?.close();
  await rm(work, { recursive: true, force: true });
});

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'];
const certificates = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
const pipCertificates = ['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];
/** `npm test` hands the whole of this machine's npm configuration on as variables. */
const npmSettings = ['ca', 'cafile', 'proxy', 'https_proxy', 'noproxy'].map((name) => `npm_config_${name}`);

/** A machine behind this proxy with these variables and no others of the kind, started as the launcher starts it. */
async function behind(upstream: Upstream, variables: (proxy: LoggingProxy) => Record<string, string>): Promise<void> {
  proxy = await startLoggingProxy(upstream);
  const lowerNames = names.map((each) => each.toLowerCase());
  for (const name of [...names, ...lowerNames, ...certificates, ...pipCertificates, ...npmSettings])
    vi.stubEnv(name, undefined);
  vi.stubEnv('STAGECRAFT_CACHE', join(work, 'cache'));
  for (const [name, value] of Object.entries(variables(proxy))) vi.stubEnv(name, value);
  for (const [name, value] of Object.entries(hostNetwork(process.env))) vi.stubEnv(name, value);
}

const upper = ({ url }: LoggingProxy) => ({ HTTP_PROXY: url, HTTPS_PROXY: url });
const lower = ({ url }: LoggingProxy) => ({ http_proxy: url, https_proxy: url });

describe('npm', () => {
  async function fill(scheme: 'http' | 'https'): Promise<string[]> {
    const packed = await packageOfOne();
    const integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;
    const tarball = `${scheme}://${upstreamHost}/npm/thing/-/thing-1.0.0.tgz`;
    answers.set('/npm/thing', JSON.stringify(packument({ integrity, tarball })));
    answers.set('/npm/thing/-/thing-1.0.0.tgz', packed);
    vi.stubEnv('npm_config_registry', `${scheme}://${upstreamHost}/npm/`);
    // Not this machine's: what it says of CAs would replace what the environment says.
    for (const name of ['userconfig', 'globalconfig']) vi.stubEnv(`npm_config_${name}`, join(work, `no-${name}`));
    vi.stubEnv('npm_config_fetch_retries', '0');
    const packages = { 'node_modules/thing': { version: '1.0.0', resolved: tarball, integrity } };
    const lockFile = join(work, 'package-lock.json');
    await writeFile(lockFile, JSON.stringify({ name: 'a', lockfileVersion: 3, packages: { '': {}, ...packages } }));
    const tree = { root: join(work, 'tree'), url: 'http://mirror.test/npm' };
    return await fillNpm({ lockFile, label: 'a', tree, scratchRoot: join(work, 'scratch') });
  }
  const answers = new Map<string, string | Buffer>();
  const upstream: Upstream = (path) => answers.get(path);

  test.each([
    ['capital letters', upper],
    ['small letters', lower],
  ])('downloads through a proxy named in %s', async (_, variables) => {
    await behind(upstream, variables);
    expect(await fill('http')).toEqual([]);
    expect(proxy.log).toContain(`GET http://${upstreamHost}/npm/thing/-/thing-1.0.0.tgz`);
  });

  test.each([
    ['NODE_EXTRA_CA_CERTS', (it: LoggingProxy) => ({ NODE_EXTRA_CA_CERTS: it.caFile })],
    ['SSL_CERT_FILE', (it: LoggingProxy) => ({ SSL_CERT_FILE: it.caFile })],
    ["npm's own cafile", (it: LoggingProxy) => ({ npm_config_cafile: it.caFile })],
  ])('trusts a gateway whose CA is in %s', async (_, certificate) => {
    await behind(upstream, (it) => ({ ...upper(it), ...certificate(it) }));
    expect(await fill('https')).toEqual([]);
    expect(proxy.log).toContain(`CONNECT ${upstreamHost}:443`);
    expect(proxy.log).toContain(`GET https://${upstreamHost}/npm/thing/-/thing-1.0.0.tgz`);
  });

  test('does not trust a gateway that nobody vouches for', async () => {
    await behind(upstream, upper);
    expect((await fill('https'))[0]).toMatch(/thing@1\.0\.0 could not be downloaded/);
  });
});

/** `npm pack` of a package with nothing in it. */
async function packageOfOne(): Promise<Buffer> {
  const folder = join(work, 'thing');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'thing', version: '1.0.0' }));
  await exec('npm', ['pack', '--silent'], { cwd: folder });
  return await readFile(join(folder, 'thing-1.0.0.tgz'));
}

function packument(dist: { integrity: string; tarball: string }): object {
  const versions = { '1.0.0': { name: 'thing', version: '1.0.0', dist } };
  return { name: 'thing', 'dist-tags': { latest: '1.0.0' }, versions };
}

describe('Go', () => {
  const module = 'example.test/lib';
  async function fill(scheme: 'http' | 'https'): Promise<string[]> {
    vi.stubEnv('GOPROXY', `${scheme}://${upstreamHost}/go`);
    vi.stubEnv('GOSUMDB', 'off');
    const folder = join(work, 'app');
    await mkdir(folder);
    await writeFile(join(folder, 'go.mod'), `module app\n\ngo 1.20\n\nrequire ${module} v1.0.0\n`);
    const treeRoot = join(work, 'tree');
    return await fillGo({ folder, label: 'app', treeRoot, scratchRoot: join(work, 'scratch'), go: 'go' });
  }
  const upstream: Upstream = (path) => served.get(path);
  const served = new Map<string, string | Buffer>();

  beforeEach(async () => {
    const base = `/go/${module}/@v/v1.0.0`;
    served.set(`${base}.info`, '{"Version":"v1.0.0"}');
    served.set(`${base}.mod`, `module ${module}\n`);
    served.set(`${base}.zip`, await moduleZip());
  });

  /** git is there wherever a checkout is, and writes zip files. */
  async function moduleZip(): Promise<Buffer> {
    const folder = join(work, 'lib');
    await mkdir(folder);
    await writeFile(join(folder, 'go.mod'), `module ${module}\n`);
    const git = async (...args: string[]): Promise<unknown> =>
      await exec('git', ['-c', 'user.name=a', '-c', 'user.email=a@a.test', ...args], { cwd: folder });
    await git('init', '-q');
    await git('add', '.');
    await git('commit', '-q', '-m', 'a');
    await git('archive', '--format=zip', `--prefix=${module}@v1.0.0/`, '-o', join(work, 'lib.zip'), 'HEAD');
    return await readFile(join(work, 'lib.zip'));
  }

  test.each([
    ['capital letters', upper],
    ['small letters', lower],
  ])('downloads through a proxy named in %s', async (_, variables) => {
    await behind(upstream, variables);
    expect(await fill('http')).toEqual([]);
    expect(proxy.log).toContain(`GET http://${upstreamHost}/go/${module}/@v/v1.0.0.zip`);
  });

  test.each([
    ['SSL_CERT_FILE', (it: LoggingProxy) => ({ SSL_CERT_FILE: it.caFile })],
    ['NODE_EXTRA_CA_CERTS', (it: LoggingProxy) => ({ NODE_EXTRA_CA_CERTS: it.caFile })],
  ])('trusts a gateway whose CA is in %s', async (_, certificate) => {
    await behind(upstream, (it) => ({ ...upper(it), ...certificate(it) }));
    expect(await fill('https')).toEqual([]);
    expect(proxy.log).toContain(`GET https://${upstreamHost}/go/${module}/@v/v1.0.0.zip`);
  });
});

describe('pip', () => {
  const served = new Map<string, string | Buffer>();
  const upstream: Upstream = (path) => served.get(path);
  const treeRoot = () => join(work, 'tree');
  const pageOf = (name: string) => readFile(join(treeRoot(), 'simple', name, 'index.html'), 'utf8');

  beforeEach(async () => {
    served.clear();
    // Made by Python itself; building the source archive leaves a mark, so that it is seen if anything runs it.
    const mark = join(work, 'was-run');
    const make = `
import io, sys, tarfile, zipfile
with zipfile.ZipFile("thing-1.0-py3-none-any.whl", "w") as z:
    z.writestr("thing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: thing\\nVersion: 1.0\\nRequires-Python: >=3.9\\n")
    z.writestr("thing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
    z.writestr("thing-1.0.dist-info/RECORD", "")
with tarfile.open("built-2.0.tar.gz", "w:gz") as t:
    for name, text in {"PKG-INFO": "Metadata-Version: 2.1\\nName: built\\nVersion: 2.0\\n", "setup.py": "open(sys.argv[1], 'w')", "pyproject.toml": '[build-system]\\nrequires = ["thing"]\\nbuild-backend = "backend"\\nbackend-path = ["."]\\n', "backend.py": "open('${mark}', 'w')\\n"}.items():
        info = tarfile.TarInfo("built-2.0/" + name)
        info.size = len(text)
        t.addfile(info, io.BytesIO(text.encode()))
`;
    await exec('python3', ['-c', make], { cwd: work });
    for (const [name, file] of [
      ['thing', 'thing-1.0-py3-none-any.whl'],
      ['built', 'built-2.0.tar.gz'],
    ] as const) {
      const bytes = await readFile(join(work, file));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      served.set(`/simple/${name}/`, `<!DOCTYPE html><a href="/files/${file}#sha256=${sha256}">${file}</a>`);
      served.set(`/files/${file}`, bytes);
    }
  });

  /** pip reads pages of this type only. */
  const typed: Upstream = (path) => {
    const body = upstream(path);
    return path.startsWith('/simple/') && typeof body === 'string'
      ? { body: Buffer.from(body), type: 'text/html' }
      : body;
  };

  async function fill(scheme: 'http' | 'https', requirements: string): Promise<string[]> {
    vi.stubEnv('PIP_INDEX_URL', `${scheme}://${upstreamHost}/simple`);
    vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
    vi.stubEnv('PIP_RETRIES', '0');
    vi.stubEnv('PIP_CACHE_DIR', join(work, 'pip-cache'));
    vi.stubEnv('PIP_TRUSTED_HOST', scheme === 'http' ? upstreamHost : undefined);
    const folder = join(work, 'app');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'requirements.txt'), requirements);
    const python = async () => ({ command: ['python3'] });
    return await fillPython({ folder, label: 'app', treeRoot: treeRoot(), scratchRoot: join(work, 'scratch'), python });
  }

  test.each([
    ['capital letters', upper],
    ['small letters', lower],
  ])('downloads through a proxy named in %s', async (_, variables) => {
    await behind(typed, variables);
    expect(await fill('http', 'thing==1.0\n')).toEqual([]);
    expect(proxy.log).toContain(`GET http://${upstreamHost}/files/thing-1.0-py3-none-any.whl`);
    expect(await pageOf('thing')).toContain('data-requires-python="&gt;=3.9"');
  });

  test.each([
    ['SSL_CERT_FILE', (it: LoggingProxy) => ({ SSL_CERT_FILE: it.caFile })],
    ['NODE_EXTRA_CA_CERTS', (it: LoggingProxy) => ({ NODE_EXTRA_CA_CERTS: it.caFile })],
    ["pip's own setting", (it: LoggingProxy) => ({ PIP_CERT: it.caFile })],
  ])('trusts a gateway whose CA is in %s, for wheels and for sources', async (_, certificate) => {
    await behind(typed, (it) => ({ ...upper(it), ...certificate(it) }));
    expect(await fill('https', 'thing==1.0\nbuilt==2.0\n')).toEqual([]);
    expect(proxy.log).toContain(`GET https://${upstreamHost}/files/thing-1.0-py3-none-any.whl`);
    expect(proxy.log).toContain(`GET https://${upstreamHost}/files/built-2.0.tar.gz`);
  });

  test('does not trust a gateway that nobody vouches for', async () => {
    await behind(typed, upper);
    expect((await fill('https', 'thing==1.0\n'))[0]).toMatch(/^app: .*thing/);
  });

  test('a source archive comes with what building it needs, and nothing of it is run', async () => {
    await behind(typed, upper);
    expect(await fill('http', 'built==2.0\n')).toEqual([]);
    expect(await pageOf('built')).toContain('built-2.0.tar.gz');
    expect(await pageOf('thing')).toContain('thing-1.0-py3-none-any.whl');
    await expect(stat(join(work, 'was-run'))).rejects.toThrow('ENOENT');
  });

  test.each(['thing==1.0', 'built==2.0'])('%s that is not what the lock file promises is told', async (pin) => {
    await behind(typed, upper);
    const missing = await fill('http', `${pin} --hash=sha256:${'0'.repeat(64)}\n`);
    expect(missing).toEqual([expect.stringContaining('from the index is not what the lock file promises')]);
    expect(missing[0]).toContain(pin);
  });
});

describe("Debian's clients", () => {
  const nothing: Upstream = () => undefined;
  const asked = `GET http://${upstreamHost}/debian/dists/bookworm/InRelease`;
  const download = (acquire: string[]) => {
    const archive = { archive: `http://${upstreamHost}/debian`, security: undefined, acquire };
    return downloadPackages(
      { suite: 'bookworm', packages: ['hello'], sources: [] },
      { archive, folder: join(work, 'debian') },
    );
  };

  test.each([
    ['capital letters', upper],
    ['small letters', lower],
  ])('apt asks a proxy named in %s', async (_, variables) => {
    await behind(nothing, variables);
    await expect(download([])).rejects.toThrow('Reading the Debian archive');
    expect(proxy.log).toContain(asked);
  });

  test("apt asks the proxy of the host's own apt configuration", async () => {
    await behind(nothing, () => ({}));
    await expect(download([`Acquire::http::Proxy "${proxy.url}";`])).rejects.toThrow('Reading the Debian archive');
    expect(proxy.log).toContain(asked);
  });

  test.each([
    ['the environment', upper, () => []],
    ["the host's apt configuration", () => ({}), () => [`Acquire::http::Proxy "${proxy.url}";`]],
  ])("the engine's root file system is fetched through the proxy of %s", async (_, variables, acquire) => {
    await behind(nothing, variables);
    const target = join(work, 'root');
    const args = mmdebstrapArgs(target, { main: `http://${upstreamHost}/debian`, acquire: acquire() });
    expect((await runCommand(['mmdebstrap', ...args])).exitCode).not.toBe(0);
    expect(proxy.log.some((line) => line.startsWith(`GET http://${upstreamHost}/debian/dists/trixie/`))).toBe(true);
    await exec('rm', ['-rf', '--one-file-system', target]);
  });
});

test.each([
  ['SSL_CERT_FILE', (it: LoggingProxy) => ({ SSL_CERT_FILE: it.caFile })],
  ['NODE_EXTRA_CA_CERTS', (it: LoggingProxy) => ({ NODE_EXTRA_CA_CERTS: it.caFile })],
])('skopeo pulls through a proxy and trusts a gateway whose CA is in %s', async (_, certificate) => {
  await ensureHostPackages({ programs: registryPrograms, progress: silentProgress });
  const registry = await startRegistry({ cacheDir });
  try {
    const { pin } = await pushImage(registry, { repository: 'one', tag: '1', layers: [{ a: 'a' }] });
    const blobs = join(registry.dataDir, 'docker/registry/v2/blobs/sha256');
    const content = new Map<string, Buffer>();
    const { stdout } = await exec('find', [blobs, '-name', 'data']);
    for (const file of stdout.trim().split('\n')) content.set(file.split('/').at(-2) as string, await readFile(file));
    await behind(
      (path) => {
        const body = content.get(/sha256:([0-9a-f]+)$/.exec(path)?.[1] ?? '');
        if (path === '/v2/' || body === undefined) return path === '/v2/' ? '{}' : undefined;
        return { body, type: path.includes('/manifests/') ? 'application/vnd.oci.image.manifest.v1+json' : 'a/b' };
      },
      (it) => ({ ...upper(it), ...certificate(it) }),
    );
    const store = blobStore(join(work, 'store'));
    const host = await readHostDocker({ dockerConfigDir: work, dockerEtcDir: work }, [upstreamHost]);
    const { environment } = readSettings();
    const client = await Skopeo.open({ scratch: join(work, 's'), store, host, environment, timing: testTiming });
    const platform = platformOf() ?? 'linux/amd64';
    const pulled = await client.pull({ repository: `${upstreamHost}/one`, platform, ...pin });
    expect(await isComplete(store, pulled.layout)).toBe(true);
    expect(proxy.log).toContain(`CONNECT ${upstreamHost}:443`);
    expect(proxy.log).toContain(`GET https://${upstreamHost}/v2/one/manifests/${pin.digest}`);
  } finally {
    await registry.close();
  }
});

test("a learner's build and run see no proxy and no CA of this machine, however Docker is configured", async () => {
  const secret = 'http://user:proxy-password@127.0.0.1:3128';
  const dockerConfig = join(work, 'docker');
  await mkdir(dockerConfig);
  const proxies = { default: { httpProxy: secret, httpsProxy: secret, noProxy: 'secret.test' } };
  await writeFile(join(dockerConfig, 'config.json'), JSON.stringify({ proxies }));
  await behind(
    () => undefined,
    (it) => ({
      HTTP_PROXY: secret,
      HTTPS_PROXY: secret,
      NO_PROXY: 'secret.test',
      NODE_EXTRA_CA_CERTS: it.caFile,
      DOCKER_CONFIG: dockerConfig,
      STAGECRAFT_CACHE: cacheDir,
    }),
  );
  const engine = await testEngine();
  const image = await ensureTestImage(engine);
  const slot = await engine.acquireSlot();
  try {
    // Declared as arguments too: buildx hands proxy variables on as predefined ones.
    const dockerfile = `FROM ${image}\nARG HTTP_PROXY\nARG https_proxy\nRUN echo proxy is "[$HTTP_PROXY$https_proxy]"; env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; true\nCMD ["env"]`;
    const built = await buildInSlot(engine, slot.cgroupParent, { dockerfile, args: ['--no-cache'] });
    expect(built.ok, built.output).toBe(true);
    expect(built.output).toContain('proxy is []');
    expect(built.output).toContain('PATH=');
    expect(built.output).not.toMatch(/proxy-password|secret\.test|NODE_EXTRA|_proxy=|_PROXY=./);
    const container = await engine.docker.createContainer({
      Image: built.imageId,
      HostConfig: { NetworkMode: 'none' },
    });
    await container.start();
    await container.wait();
    const printed = (await container.logs({ stdout: true, stderr: true })).toString();
    await container.remove({ force: true });
    expect(printed).toContain('PATH=');
    expect(printed).not.toMatch(/proxy/i);
    const history = JSON.stringify(await engine.docker.getImage(built.imageId).history());
    expect(history).not.toContain('proxy-password');
  } finally {
    await slot.release();
  }
});

test('what an operator set is kept, and each program finds its spelling', async () => {
  const pem = join(work, 'ca.pem');
  await writeFile(pem, 'certificate');
  const STAGECRAFT_CACHE = join(work, 'cache');
  expect(hostNetwork({ HTTPS_PROXY: 'a', https_proxy: 'b', SSL_CERT_FILE: pem })).toEqual({
    ...{ NODE_EXTRA_CA_CERTS: pem, REQUESTS_CA_BUNDLE: pem },
  });
  expect(hostNetwork({ SSL_CERT_FILE: pem, PIP_CERT: '/own.pem' })).toEqual({ NODE_EXTRA_CA_CERTS: pem });
  const added = hostNetwork({ no_proxy: '*.test', NODE_EXTRA_CA_CERTS: pem, STAGECRAFT_CACHE });
  const folder = join(STAGECRAFT_CACHE, 'host-ca');
  expect(added).toEqual({
    NO_PROXY: '*.test',
    SSL_CERT_DIR: `/etc/ssl/certs:/etc/pki/tls/certs:${folder}`,
    REQUESTS_CA_BUNDLE: join(folder, 'joined.crt'),
  });
  expect(await readFile(join(folder, 'joined.crt'), 'utf8')).toMatch(/-----END CERTIFICATE-----[\s\S]*\ncertificate$/);
  expect((await stat(join(folder, 'extra.pem'))).isFile()).toBe(true);
});
