/** The engine's root file system: a folder of Debian packages, made once per recipe and used read-only. */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StagecraftError } from '../../errors.ts';
import type { ProgressSink } from '../../progress.ts';
import { remapBase, remapUser } from '../agent-config.ts';
import { acquireSettings, type DebianMirrors, debianMirrors } from './apt-sources.ts';
import { withLock } from './lock.ts';
import { run } from './processes.ts';

export const suite = 'trixie';
export const packages = [
  'attr',
  'ca-certificates',
  'docker-buildx',
  'docker-cli',
  'docker.io',
  'e2fsprogs',
  'iproute2',
  'iptables',
  'libatomic1',
  'libstdc++6',
  'procps',
  'tini',
  'uidmap',
];

/** What to change in the fresh tree: the mapped user, mount points, nothing of the host's network set-up. */
export const customize = [
  `echo ${remapUser}:x:990:990::/nonexistent:/usr/sbin/nologin >> "$1/etc/passwd"`,
  `echo ${remapUser}:x:990: >> "$1/etc/group"`,
  `echo ${remapUser}:${remapBase}:65536 | tee "$1/etc/subuid" > "$1/etc/subgid"`,
  'mkdir -p "$1/var/lib/docker"',
  'rm -f "$1/etc/resolv.conf" "$1/etc/hostname"; : > "$1/etc/resolv.conf"; echo engine > "$1/etc/hostname"',
  'printf "127.0.0.1 localhost engine\\n" > "$1/etc/hosts"',
  'rm -rf "$1/var/cache/apt" "$1/var/lib/apt/lists" "$1/usr/share/doc" "$1/usr/share/man"',
];

/** Changes whenever the tree would come out different by our doing. */
export const rootfsRecipe = createHash('sha256')
  .update(JSON.stringify({ suite, packages, customize }))
  .digest('hex')
  .slice(0, 12);

const buildTimeoutMs = 15 * 60_000;
/**
 * mmdebstrap starts many processes; in a PID namespace of their own they all end when this process does, so that the next
 * start never meets one of them still unpacking.
 */
const endsWithUs = '--pdeathsig KILL unshare --pid --fork --kill-child=KILL --mount-proc'.split(' ');
/** Written last: a tree without it is not whole. */
const completeMark = '.stagecraft-complete';

export interface RootfsOptions {
  cacheDir: string;
  progress: ProgressSink;
  signal?: AbortSignal;
}

export function rootfsDir(cacheDir: string): string {
  return join(cacheDir, `engine-rootfs-${rootfsRecipe}`);
}

/**
 * The folder with the root file system, made if need be; another process that makes it is waited for.
 * @throws StagecraftError `host_lacks` where apt knows no Debian archive, `internal` when it can't be made
 */
export async function ensureRootfs(options: RootfsOptions): Promise<string> {
  const dir = rootfsDir(options.cacheDir);
  if (await exists(join(dir, completeMark))) return dir;
  const lock = `stagecraft-rootfs-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`;
  return withLock(
    lock,
    async () => {
      if (!(await exists(join(dir, completeMark)))) await makeRootfs(dir, options);
      return dir;
    },
    options.signal,
  );
}

async function makeRootfs(dir: string, { cacheDir, progress, signal }: RootfsOptions): Promise<void> {
  const mirrors = debianMirrors('/etc/apt');
  if (mirrors === undefined) throw new StagecraftError('host_lacks', noDebianSentence);
  progress({
    id: 'engine',
    title: 'Sandbox engine',
    state: 'running',
    detail: 'unpacking Docker from Debian packages',
  });
  await mkdir(cacheDir, { recursive: true });
  await removeUnfinished(cacheDir);
  const temporary = join(cacheDir, `.unfinished-engine-rootfs-${randomUUID()}`);
  try {
    const acquire = acquireSettings(await run('apt-config', ['dump'], { signal }));
    const command = [...endsWithUs, 'mmdebstrap', ...mmdebstrapArgs(temporary, { ...mirrors, acquire })];
    await run('setpriv', command, { signal, timeoutMs: buildTimeoutMs });
    await run('touch', [join(temporary, completeMark)]);
    // Reached only when there is no complete tree: whatever lies there was cut short.
    await rm(dir, { recursive: true, force: true });
    await rename(temporary, dir);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

export const noDebianSentence =
  'The apt sources of this machine name no Debian archive, which the sandbox engine is made from: add one to /etc/apt/sources.list.d.';

/** Full `deb` lines, so that third-party lists and pins of this machine take no part. */
export function mmdebstrapArgs(target: string, mirrors: DebianMirrors & { acquire?: string[] }): string[] {
  const lines = [`deb ${mirrors.main} ${suite} main`];
  if (mirrors.security !== undefined) lines.push(`deb ${mirrors.security} ${suite}-security main`);
  return [
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    ...customize.map((hook) => `--customize-hook=${hook}`),
    // This machine's way to the mirror, and its proxy's password with it, is for now and not for the tree.
    ...(mirrors.acquire ?? []).map((option) => `--aptopt=${option}`),
    '--customize-hook=rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"',
    suite,
    target,
    ...lines,
  ];
}

/** Trees that a killed process left; the lock is held, so nobody is making one now. */
async function removeUnfinished(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (name.startsWith('.unfinished-engine-rootfs-'))
      await run('rm', ['-rf', '--one-file-system', join(cacheDir, name)]);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
