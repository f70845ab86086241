/**
 * For the engine tests of every module: one engine that all test files share, and a small image to build on.
 *
 * The engine is the one of the test home (`STAGECRAFT_HOME` as the test runner sets it). A file's process ends without
 * stopping it and the next file adopts it; `npm test` holds it meanwhile and stops it after the last.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import type { Engine } from './engine.ts';
import { ensureRootfs } from './host/rootfs.ts';
import { openEngine } from './open-engine.ts';

const exec = promisify(execFile);
let opened: Promise<Engine> | undefined;

/** The engine of the test home, started when no file before did. */
export function testEngine(): Promise<Engine> {
  opened ??= openEngine({ settings: readSettings(), progress: silentProgress });
  return opened;
}

export const testImage = 'stagecraft-test:1';
const tools =
  'bash sh dash perl cat grep sed ls id date sleep mount unshare mknod head dd touch mkdir rm rmdir mv cp ln chmod setsid env true false base64 gzip tar seq getent timeout nohup tr wc truncate yes';

/** Puts an image with a shell, a few tools and perl (for small servers) into the engine, once. */
export async function ensureTestImage(engine: Engine): Promise<string> {
  const there = await engine.docker.listImages({ filters: { reference: [testImage] } });
  if (there.length > 0) return testImage;
  // The engine's own root file system has everything, so no image has to come from anywhere.
  const root = await ensureRootfs({ cacheDir: readSettings().cacheDir, progress: silentProgress });
  const files = await filesFor(root, tools.split(' '));
  const tar = spawn('tar', ['-C', root, '-c', '--files-from=-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  tar.stdin.end(`${files.join('\n')}\n`);
  const [repo, tag] = testImage.split(':') as [string, string];
  const answer = await engine.docker.importImage(tar.stdout, { repo, tag });
  for await (const _ of answer as AsyncIterable<Buffer>) {
    // Read to the end: the image is there when the answer is complete.
  }
  return testImage;
}

/** The commands with the libraries they need, as paths relative to the root file system. */
async function filesFor(root: string, commands: string[]): Promise<string[]> {
  const binaries = commands.map((command) => `/usr/bin/${command}`);
  const inRoot = async (argv: string[]): Promise<string> => {
    // ldd fails for scripts among the commands and still lists the rest.
    const { stdout } = await exec('chroot', [root, ...argv]).catch((error: { stdout: string }) => error);
    return stdout;
  };
  const listed = await inRoot(['ldd', ...binaries]);
  const libraries = [...listed.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].map((match) => match[1] as string);
  const real = (await inRoot(['realpath', ...libraries, ...binaries])).split('\n').filter(Boolean);
  const perl = (await inRoot(['sh', '-c', 'ls -d /usr/lib/*/perl-base'])).trim();
  const linked = libraries.filter((path) => path.startsWith('/usr/lib/'));
  // Debian's old library path is a link to the new one, so that each library has its name in both.
  const moved = libraries.filter((path) => path.startsWith('/lib/')).map((path) => `/usr${path}`);
  const fixed = ['/bin', '/lib', '/lib64', '/sbin', '/usr/lib64', '/etc/passwd', '/etc/group', '/etc/nsswitch.conf'];
  return [...new Set([...fixed, ...binaries, ...linked, ...moved, ...real, perl])].map((path) => path.slice(1));
}

export interface TestBuild {
  ok: boolean;
  /** What buildx wrote, as people see it. */
  output: string;
  imageId: string;
}

/** Builds a Dockerfile on the test image in a slot's cgroup. */
export async function buildInSlot(
  engine: Engine,
  cgroupParent: string,
  options: { dockerfile: string; files?: Record<string, string>; signal?: AbortSignal; args?: string[] },
): Promise<TestBuild> {
  const context = await mkdtemp(join(tmpdir(), 'stagecraft-build-'));
  try {
    for (const [name, text] of Object.entries(options.files ?? {})) {
      await mkdir(dirname(join(context, name)), { recursive: true });
      await writeFile(join(context, name), text);
    }
    const dockerfile = join(context, 'Dockerfile');
    await writeFile(dockerfile, options.dockerfile);
    const idFile = join(context, '.iid');
    const flags = [
      '--progress=plain',
      `--cgroup-parent=${cgroupParent}`,
      `--iidfile=${idFile}`,
      ...(options.args ?? []),
    ];
    const child = spawn(engine.buildx.command, ['build', ...flags, '-f', dockerfile, context], {
      env: engine.buildx.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = (): boolean => child.kill('SIGTERM');
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((ended) => child.on('close', ended));
    const imageId = code === 0 ? (await exec('cat', [idFile])).stdout.trim() : '';
    return { ok: code === 0, output, imageId };
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
