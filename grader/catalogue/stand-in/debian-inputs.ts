/**
 * Downloads from Debian with Debian's own clients. Where from is the host's business: the archive's address is read
 * from the host's apt at run time, and its proxy settings are kept.
 */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireSettings, debianMirrors } from '../../engine/host/apt-sources.ts';
import { StagecraftError } from '../../errors.ts';
import { runOrThrow } from '../run-command.ts';
import type { DebianSet } from './input-sets.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const mergedUsrHook = '/usr/share/mmdebstrap/hooks/merged-usr';

export interface DebianArchive {
  archive: string;
  /** Absent where the archive carries the fixes itself. */
  security: string | undefined;
  /** `Acquire::…` settings of the host, e.g. its proxy, as lines of apt.conf. */
  acquire: string[];
}

/** @throws StagecraftError `host_lacks` when the host's apt names no Debian archive (it is another distribution) */
export async function findDebianArchive(signal?: AbortSignal): Promise<DebianArchive> {
  const mirrors = debianMirrors('/etc/apt');
  if (mirrors === undefined) {
    throw new StagecraftError(
      'host_lacks',
      "The base images are made from Debian packages, and this machine's apt sources name no Debian archive. Run Stagecraft on Debian, or add one to /etc/apt/sources.list.d.",
    );
  }
  const dump = await runOrThrow(['apt-config', 'dump'], { signal, doing: "Reading apt's settings" });
  return { archive: mirrors.main, security: mirrors.security, acquire: acquireSettings(dump) };
}

/** Debian packages of one suite, with their sources where names are given. */
export type PackageSpec = Pick<DebianSet, 'suite' | 'packages' | 'sources'>;

/** A minimal root file system as a tar, bit-identical for the same packages. */
export async function downloadRoot(
  spec: PackageSpec,
  target: { archive: DebianArchive; file: string; signal?: AbortSignal | undefined },
): Promise<void> {
  const { archive, file, signal } = target;
  const slim = ['doc', 'man', 'groff', 'info', 'lintian', 'linda', 'locale'].map(
    (name) => `path-exclude=/usr/share/${name}/*`,
  );
  const kept = ['path-include=/usr/share/doc/*/copyright', 'path-include=/usr/share/locale/locale.alias'];
  await runOrThrow(
    [
      'env', // Debian's first day of the suite: file times do not depend on when the tar was made.
      'SOURCE_DATE_EPOCH=1686355200',
      'mmdebstrap',
      '--quiet',
      '--variant=minbase',
      '--format=tar',
      `--hook-dir=${mergedUsrHook}`,
      '--skip=output/dev',
      // Copied from this machine; a container gets its own.
      '--customize-hook=rm -f "$1/etc/hostname" "$1/etc/resolv.conf"',
      ...[...slim, ...kept].map((option) => `--dpkgopt=${option}`),
      ...archive.acquire.map((option) => `--aptopt=${option}`),
      spec.suite,
      file,
      ...sourceLines(spec, archive, '').filter((line) => !line.includes('-backports')),
    ],
    { signal, doing: 'Downloading a minimal Debian' },
  );
}

/**
 * The packages with all they need as a flat repository: `.deb` files and a `Packages` index; sources in `source/`.
 * Resolved as if nothing were installed, so that what the minimal root holds is there too.
 */
export async function downloadPackages(spec: PackageSpec, target: DownloadTarget): Promise<void> {
  await withCleanApt(spec, target, async (apt) => await downloadWith(apt, spec, target));
}

/** The same for names that others chose: those that the release does not have are left out. */
export async function downloadKnownPackages(spec: PackageSpec, target: DownloadTarget): Promise<void> {
  await withCleanApt(spec, target, async (apt) => {
    const listed = await runOrThrow([...apt.env, 'apt-cache', 'pkgnames'], {
      signal: target.signal,
      doing: 'Reading the names of Debian packages',
    });
    const known = new Set(listed.split('\n'));
    await downloadWith(apt, { ...spec, packages: spec.packages.filter((name) => known.has(name)) }, target);
  });
}

interface DownloadTarget {
  archive: DebianArchive;
  folder: string;
  signal?: AbortSignal | undefined;
}

async function downloadWith(apt: CleanApt, spec: PackageSpec, { folder, signal }: DownloadTarget): Promise<void> {
  const install = ['apt-get', '-q', '-y', '--download-only', '--no-install-recommends', 'install'];
  await runOrThrow([...apt.env, ...install, ...spec.packages], { signal, doing: 'Downloading Debian packages' });
  await mkdir(join(folder, 'source'), { recursive: true });
  await makeFlatRepository(apt, { folder, signal });
  if (spec.sources.length > 0)
    await downloadSources(apt, { names: spec.sources, folder: join(folder, 'source'), signal });
}

async function withCleanApt(
  spec: PackageSpec,
  target: DownloadTarget,
  use: (apt: CleanApt) => Promise<void>,
): Promise<void> {
  const scratch = `${target.folder}.scratch`;
  try {
    await use(await cleanApt(spec, { ...target, scratch }));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function makeFlatRepository(
  apt: CleanApt,
  target: { folder: string; signal: AbortSignal | undefined },
): Promise<void> {
  const { folder, signal } = target;
  const downloaded = async () => (await readdir(apt.archives)).filter((name) => name.endsWith('.deb'));
  const wanted = (await downloaded()).map((name) =>
    decodeURIComponent(name.replace(/_[^_]+\.deb$/, '')).replace('_', '='),
  );
  const show = [...apt.env, 'apt-cache', 'show', ...wanted];
  const index = wanted.length === 0 ? '' : await runOrThrow(show, { signal, doing: 'Reading package data' });
  const stanzas = new Map(
    index
      .split('\n\n')
      .filter((stanza) => stanza.includes('Filename: '))
      .map((stanza) => [downloadedName(stanza), stanza.trim()]),
  );
  const flat: string[] = [];
  for (const name of await downloaded()) {
    const stanza = stanzas.get(name);
    if (stanza === undefined) throw new StagecraftError('internal', `apt gave no package data for ${name}.`);
    await rename(join(apt.archives, name), join(folder, poolName(stanza)));
    flat.push(stanza.replace(/^Filename: .*$/m, `Filename: ${poolName(stanza)}`));
  }
  await writeFile(join(folder, 'Packages'), `${flat.join('\n\n')}\n`);
}

/** Source packages, as `NAME.orig.tar.*` and `NAME.debian.tar.*` without versions. */
async function downloadSources(
  apt: CleanApt,
  target: { names: string[]; folder: string; signal: AbortSignal | undefined },
): Promise<void> {
  const { names, folder, signal } = target;
  const get = ['apt-get', '-q', 'source', '--download-only', ...names];
  await runOrThrow([...apt.env, ...get], { cwd: folder, signal, doing: 'Downloading Debian sources' });
  for (const name of await readdir(folder)) {
    const tarball = /^([^_]+)_[^_]*?\.((?:orig|debian)\.tar\.\w+)$/.exec(name);
    if (tarball !== null) await rename(join(folder, name), join(folder, `${tarball[1]}.${tarball[2]}`));
  }
}

/** `name_1%3a2_amd64.deb`, as apt names what it downloads. */
function downloadedName(stanza: string): string {
  const version = field(stanza, 'Version').replaceAll(':', '%3a');
  return `${field(stanza, 'Package')}_${version}_${field(stanza, 'Architecture')}.deb`;
}

function poolName(stanza: string): string {
  return field(stanza, 'Filename').split('/').at(-1) as string;
}

function field(stanza: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
}

function sourceLines(spec: PackageSpec, archive: DebianArchive, options: string): string[] {
  return [
    `deb ${options}${archive.archive} ${spec.suite} main`,
    `deb ${options}${archive.archive} ${spec.suite}-updates main`,
    `deb ${options}${archive.archive} ${spec.suite}-backports main`,
    ...(archive.security === undefined ? [] : [`deb ${options}${archive.security} ${spec.suite}-security main`]),
  ];
}

interface CleanApt {
  /** The start of a command line that uses it. */
  env: string[];
  archives: string;
}

/** An apt that knows only the suite, not what the host has installed, pinned or added. */
async function cleanApt(
  spec: PackageSpec,
  target: { archive: DebianArchive; scratch: string; signal?: AbortSignal | undefined },
): Promise<CleanApt> {
  const { archive, scratch, signal } = target;
  const archives = join(scratch, 'archives');
  for (const name of ['lists/partial', 'archives/partial', 'parts'])
    await mkdir(join(scratch, name), { recursive: true });
  await writeFile(join(scratch, 'status'), '');
  const lines = sourceLines(spec, archive, `[signed-by=${keyring}] `);
  const sources = [...lines, `deb-src [signed-by=${keyring}] ${archive.archive} ${spec.suite} main`];
  await writeFile(join(scratch, 'sources.list'), `${sources.join('\n')}\n`);
  const settings = {
    'Dir::Etc::sourcelist': join(scratch, 'sources.list'),
    'Dir::Etc::sourceparts': join(scratch, 'parts'),
    'Dir::Etc::parts': join(scratch, 'parts'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': join(scratch, 'parts'),
    'Dir::State::lists': join(scratch, 'lists'),
    'Dir::State::status': join(scratch, 'status'),
    'Dir::Cache': scratch,
    'Dir::Cache::archives': archives,
    'Dir::Log': scratch,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  };
  const configuration = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
  await writeFile(join(scratch, 'apt.conf'), `${[...configuration, ...archive.acquire].join('\n')}\n`);
  const env = ['env', `APT_CONFIG=${join(scratch, 'apt.conf')}`, 'DEBIAN_FRONTEND=noninteractive'];
  await runOrThrow([...env, 'apt-get', '-q', 'update'], { signal, doing: 'Reading the Debian archive' });
  return { env, archives };
}
