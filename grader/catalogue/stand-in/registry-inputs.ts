/** Downloads from language registries with their own clients, whose settings of this machine say where from. */
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { StagecraftError } from '../../errors.ts';
import type { ProgressSink } from '../../progress.ts';
import { ensureHostPackages, pypiPrograms } from '../host-packages.ts';
import { runOrThrow } from '../run-command.ts';

export interface RegistryDownload {
  /** What to download by the name that its archive gets. */
  packages: Record<string, string>;
  /** An empty one. */
  folder: string;
  signal: AbortSignal;
}

/** Each as `<name>.tgz`. */
export async function downloadNpm({ packages, folder, signal }: RegistryDownload): Promise<void> {
  const names = Object.entries(packages);
  const flags = ['--json', '--loglevel=error', '--pack-destination', folder];
  const listed = await runOrThrow(['npm', 'pack', ...flags, ...names.map(([, name]) => name)], {
    cwd: folder,
    signal,
    doing: 'Downloading Node.js, npm and yarn',
  });
  const packed = JSON.parse(listed) as { id: string; filename: string }[];
  for (const [name, wanted] of names) {
    const found = packed.find((one) => one.id === wanted);
    if (found === undefined) throw new StagecraftError('internal', `npm pack did not report ${wanted}.`);
    await rename(join(folder, found.filename), join(folder, `${name}.tgz`));
  }
}

const wheelPlatforms: Record<string, string> = { x64: 'musllinux_1_1_x86_64', arm64: 'musllinux_1_1_aarch64' };

/**
 * Wheels under their own names: a wheel's name is part of it. Programs come as static ones (those for musl), which run in
 * every image.
 */
export async function downloadPypi(download: RegistryDownload, progress: ProgressSink): Promise<void> {
  const { packages, folder, signal } = download;
  await ensureHostPackages({ programs: pypiPrograms, progress, signal });
  const flags = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--dest', folder];
  const platform = [
    `--platform=${wheelPlatforms[process.arch] ?? 'any'}`,
    '--python-version=3.11',
    '--implementation=cp',
  ];
  await runOrThrow(['python3', '-m', 'pip', 'download', ...flags, ...platform, ...Object.values(packages)], {
    cwd: folder,
    signal,
    doing: 'Downloading Python packages',
  });
  const found = await readdir(folder);
  for (const wanted of Object.values(packages)) {
    const [name, version] = wanted.split('==') as [string, string];
    if (!found.some((file) => file.startsWith(`${name.replaceAll('-', '_')}-${version}-`)))
      throw new StagecraftError('internal', `pip download did not bring ${wanted}.`);
  }
}
