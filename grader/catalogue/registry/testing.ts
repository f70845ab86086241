/**
 * For tests of the registry source: Debian's docker-registry on loopback, filled with small images, and a proxy in front of
 * it that behaves badly on demand.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { StagecraftError } from '../../errors.ts';
import { madeOnce } from '../made-once.ts';
import { runOrThrow } from '../run-command.ts';
import type { RegistryTiming } from './client.ts';
import type { Pin } from './lock.ts';

/** Tests don't wait for a real registry's pace, but for a busy machine. */
export const testTiming: RegistryTiming = {
  pullTimeoutMs: 120_000,
  silenceMs: 30_000,
  rateLimitWaitMs: 2_500,
  progressIntervalMs: 25,
  retryDelayMs: 20,
};

/** For a registry that says nothing on purpose. */
export const impatientTiming: RegistryTiming = { ...testTiming, silenceMs: 1_500 };

/** `learner` with the password `correct horse`, as htpasswd writes it. */
const htpasswd = 'learner:$2b$05$UnN2rnPuar1NXBGjJAoLsO6xGAySKRf2PsAJ0nRYJheg4zn9X8X3S\n';
export const credentials = { user: 'learner', password: 'correct horse' };

export interface TestRegistry {
  /** `127.0.0.1:PORT` */
  host: string;
  /** Where it keeps blobs: `docker/registry/v2/blobs/sha256/…` */
  dataDir: string;
  close(): Promise<void>;
}

/** Unpacked, not installed: installing would start a service on the machine. Kept in the cache. */
async function registryProgram(cacheDir: string): Promise<string> {
  const folder = join(cacheDir, 'test-tools', 'docker-registry');
  await madeOnce(folder, async (temporary) => {
    const download = `${temporary}.deb`;
    await mkdir(download, { recursive: true });
    try {
      await runOrThrow(['apt-get', '-q', 'download', 'docker-registry'], {
        cwd: download,
        doing: 'Downloading docker-registry',
      }).catch(async () => {
        await runOrThrow(['apt-get', '-q', 'update'], { doing: 'Reading the Debian archive' });
        await runOrThrow(['apt-get', '-q', 'download', 'docker-registry'], {
          cwd: download,
          doing: 'Downloading docker-registry',
        });
      });
      const file = (await readdir(download)).find((name) => name.endsWith('.deb')) ?? '';
      await runOrThrow(['dpkg-deb', '-x', join(download, file), temporary], { doing: 'Unpacking docker-registry' });
    } finally {
      await rm(download, { recursive: true, force: true });
    }
  });
  return join(folder, 'usr', 'bin', 'docker-registry');
}

/** A registry of its own on a free port. */
export async function startRegistry(options: {
  cacheDir: string;
  authentication?: boolean;
  tls?: { certPem: string; keyPem: string };
  port?: number;
}): Promise<TestRegistry> {
  const program = await registryProgram(options.cacheDir);
  const folder = await mkdtemp(join(tmpdir(), 'sc-registry-'));
  const host = `127.0.0.1:${options.port ?? (await freePort())}`;
  const dataDir = join(folder, 'data');
  const settings: Record<string, unknown> = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: dataDir } },
    http: { addr: host, secret: 'test' },
  };
  if (options.authentication) {
    await writeFile(join(folder, 'htpasswd'), htpasswd);
    settings.auth = { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } };
  }
  if (options.tls !== undefined) {
    await writeFile(join(folder, 'cert.pem'), options.tls.certPem);
    await writeFile(join(folder, 'key.pem'), options.tls.keyPem);
    settings.http = {
      addr: host,
      secret: 'test',
      tls: { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') },
    };
  }
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(settings));
  const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-2000);
  });
  const ended = once(child, 'close');
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await listens(host)); tries += 1) {
    if (tries > 200 || child.exitCode !== null) {
      await close();
      throw new StagecraftError('internal', `The test registry did not start: ${log}`);
    }
    await wait(25);
  }
  return { host, dataDir, close };
}

async function listens(host: string): Promise<boolean> {
  const [address, port] = host.split(':') as [string, string];
  return await new Promise((resolve) => {
    const socket = connect(Number(port), address);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Files of each layer from the bottom up: path to content. */
export type Layers = Record<string, string | Buffer>[];

export interface PushedImage {
  pin: Pin;
  layerDigests: string[];
}

/** Makes an image of those files by hand and pushes it with skopeo. */
export async function pushImage(
  to: { host: string; certDir?: string; authenticate?: boolean },
  image: { repository: string; tag: string; layers: Layers; architecture?: string },
): Promise<PushedImage> {
  const folder = await mkdtemp(join(tmpdir(), 'sc-image-'));
  try {
    const { manifest, pin, layerDigests } = await writeLayout(folder, image);
    await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
    const flags = [
      to.certDir === undefined ? '--dest-tls-verify=false' : `--dest-cert-dir=${to.certDir}`,
      ...(to.authenticate ? [`--dest-creds=${credentials.user}:${credentials.password}`] : []),
    ];
    const target = `docker://${to.host}/${image.repository}:${image.tag}`;
    await runOrThrow(['skopeo', '--insecure-policy', 'copy', '--quiet', ...flags, `oci:${folder}:image`, target], {
      doing: 'Pushing a test image',
    });
    return { pin, layerDigests };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeLayout(
  folder: string,
  { layers, architecture = process.arch === 'arm64' ? 'arm64' : 'amd64' }: { layers: Layers; architecture?: string },
): Promise<{ manifest: object; pin: Pin; layerDigests: string[] }> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const put = async (bytes: Buffer): Promise<{ digest: string; size: number }> => {
    const digest = sha256(bytes);
    await writeFile(join(blobs, digest.slice(7)), bytes);
    return { digest, size: bytes.length };
  };
  const tars = await Promise.all(layers.map((files) => tarOf(files)));
  const packed = await Promise.all(tars.map((tar) => put(gzipSync(tar))));
  const config = {
    ...{ architecture, os: 'linux', config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'], Cmd: ['sh'] } },
    rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
    history: tars.map(() => ({ created_by: 'test' })),
  };
  const configBlob = await put(Buffer.from(JSON.stringify(config)));
  const oci = 'application/vnd.oci.image';
  const manifest = {
    ...{ schemaVersion: 2, mediaType: `${oci}.manifest.v1+json` },
    config: { mediaType: `${oci}.config.v1+json`, ...configBlob },
    layers: packed.map((blob) => ({ mediaType: `${oci}.layer.v1.tar+gzip`, ...blob })),
  };
  const manifestBlob = await put(Buffer.from(JSON.stringify(manifest)));
  const downloadBytes = packed.reduce((sum, { size }) => sum + size, configBlob.size);
  return {
    manifest: {
      ...{ mediaType: `${oci}.manifest.v1+json`, ...manifestBlob },
      annotations: { 'org.opencontainers.image.ref.name': 'image' },
    },
    pin: { digest: manifestBlob.digest, downloadBytes },
    layerDigests: packed.map(({ digest }) => digest),
  };
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function tarOf(files: Record<string, string | Buffer>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'sc-layer-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), content, { mode: 0o755 });
    }
    const child = spawn('tar', ['-c', '--mtime=@0', '--sort=name', '--owner=0', '--group=0', '-C', folder, '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes that don't compress. */
export function noise(bytes: number): Buffer {
  return randomBytes(bytes);
}

/** True: it was answered here, and the registry is not asked. */
export type Fault = (request: http.IncomingMessage, response: http.ServerResponse) => boolean;

export interface FaultyRegistry {
  host: string;
  /** `GET /v2/…` of everything that came. */
  requests: string[];
  misbehave(fault: Fault | undefined): void;
  close(): Promise<void>;
}

/** Something in front of a registry that forwards, or misbehaves. */
export async function startFaultyRegistry(behind: TestRegistry): Promise<FaultyRegistry> {
  const requests: string[] = [];
  let fault: Fault | undefined;
  const server = http.createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (fault?.(request, response)) return;
    const [hostname, port] = behind.host.split(':') as [string, string];
    const { method, headers, url: path } = request;
    const onward = http.request({ hostname, port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    misbehave: (next) => {
      fault = next;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Whether a request is for a manifest or a blob, not the registry's greeting. */
export const isFor = (kind: 'manifests' | 'blobs', request: http.IncomingMessage): boolean =>
  request.url?.includes(`/${kind}/`) === true;
