/** The Debian packages that the host launcher needs of the machine itself: into the bundle, and from there installed. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registryPrograms } from '../catalogue/host-packages.ts';
import { madeOnce } from '../catalogue/made-once.ts';
import { lastLines, runCommand } from '../catalogue/run-command.ts';
import { downloadPackages, findDebianArchive } from '../catalogue/stand-in/debian-inputs.ts';
import { hostPackages, missingPackages } from '../engine/host/requirements.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';

/** The suite of the Debian that this machine runs, `bookworm`; undefined on another system. */
export function debianRelease(osRelease = '/etc/os-release'): string | undefined {
  if (!existsSync(osRelease)) return undefined;
  const fields = new Map(
    readFileSync(osRelease, 'utf8')
      .split('\n')
      .map((line) => line.split('=') as [string, string])
      .map(([name, value]) => [name, value?.replaceAll('"', '')]),
  );
  return fields.get('ID') === 'debian' ? fields.get('VERSION_CODENAME') : undefined;
}

/** What a machine may need; official images are made ready for the engine by a program of the host's. */
export function packagesFor(cacheDir: string): string[] {
  const hasOfficial = existsSync(join(cacheDir, 'catalogue', 'registry', 'layouts'));
  return [...hostPackages, ...(hasOfficial ? registryPrograms.flatMap((program) => program.packages) : [])];
}

/** Those of the packages that this machine lacks once root file system and base images are there. */
export async function lackingHere(packages: string[], cacheDir: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const lacking = missingPackages(cacheDir);
  for (const program of registryPrograms) {
    const result = await runCommand(program.probe).catch(() => undefined);
    if (result?.exitCode !== 0) lacking.push(...program.packages);
  }
  return lacking.filter((name) => packages.includes(name));
}

/** Where the repository of a release lies. */
export function hostRepository(hostDir: string, of: { release: string; packages: string[] }): string {
  return join(hostDir, `${of.release}-${process.arch}-${of.packages.join('+')}`);
}

/**
 * A flat repository of the packages with everything they need, as if nothing were installed: what a machine has differs.
 * Downloaded with apt, once per release and list.
 */
export async function downloadHostPackages(request: {
  release: string;
  packages: string[];
  hostDir: string;
  signal: AbortSignal;
}): Promise<string> {
  const { release, packages, hostDir, signal } = request;
  const folder = hostRepository(hostDir, request);
  await madeOnce(folder, async (temporary) => {
    const archive = await findDebianArchive(signal);
    await downloadPackages({ suite: release, packages, sources: [] }, { archive, folder: temporary, signal });
  });
  return folder;
}

export interface LocalInstall {
  /** A flat repository: `.deb` files and `Packages`. */
  repository: string;
  packages: string[];
  signal: AbortSignal;
  /** Further settings of apt, for tests that install somewhere else. */
  aptOptions?: string[];
}

/**
 * Installs from the folder and nowhere else; what is there in the same or a newer version stays.
 * @throws StagecraftError `host_lacks` with apt's last words
 */
export async function installLocally(install: LocalInstall): Promise<string> {
  const { repository, packages, signal, aptOptions = [] } = install;
  const scratch = await mkdtemp(join(tmpdir(), 'stagecraft-apt-'));
  try {
    const list = join(scratch, 'sources.list');
    for (const name of ['lists/partial', 'cache/archives/partial'])
      await mkdir(join(scratch, name), { recursive: true });
    // The bundle's checksums have vouched for the files; a flat folder has no signature of its own.
    await writeFile(list, `deb [trusted=yes] file:${repository} ./\n`);
    const settings = [
      `Dir::Etc::sourcelist=${list}`,
      'Dir::Etc::sourceparts=-',
      'Dir::Etc::preferences=/dev/null',
      'Dir::Etc::preferencesparts=-',
      `Dir::State::lists=${join(scratch, 'lists')}`,
      `Dir::Cache=${join(scratch, 'cache')}`,
      'APT::Sandbox::User=root',
      'Acquire::Languages=none',
      'DPkg::Lock::Timeout=300',
      ...aptOptions,
    ];
    const options = settings.flatMap((setting) => ['-o', setting]);
    const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'apt-get', '-q', '-y', ...options];
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(limits.airGap.hostPackagesTimeoutMs)]);
    let said = '';
    for (const step of [['update'], ['install', '--no-install-recommends', ...packages]]) {
      const result = await runCommand([...apt, ...step], { signal: bounded });
      if (result.exitCode !== 0) throw notInstalled(packages, result.stderr);
      said = result.stdout;
    }
    return said;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function notInstalled(packages: string[], stderr: string): StagecraftError {
  return new StagecraftError(
    'host_lacks',
    `apt-get could not install ${packages.join(', ')} from the bundle: ${lastLines(stderr, 2)} Everything else has been imported; install them yourself and start Stagecraft.`,
  );
}
