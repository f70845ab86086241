/**
 * `npm run bench -- air-gap [FILE]`: proves the air-gapped way from end to end, as root on Debian. Exports (or takes the
 * file given), installs the bundle's Debian packages into a bare Debian, clones this checkout, and imports, starts and
 * grades there in a network namespace that has nothing but loopback, with an empty home, an empty cache and the system's
 * own Node. Ends with an error where a step does not work.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createZstdDecompress } from 'node:zlib';
import { openBundle } from '../air-gap/bundle-file.mjs';
import { unpackPart } from '../air-gap/unpack.mjs';
import { inputPath, inputSets } from '../catalogue/stand-in/input-sets.ts';
import type { Settings } from '../settings.ts';

const exec = promisify(execFile);
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const loopbackOnly = ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"'];

export async function airGap(settings: Settings, given?: string): Promise<void> {
  const work = await mkdtemp('/var/tmp/stagecraft-air-gap-');
  try {
    const bundle = given ?? (await exportHere(settings, join(work, 'bundle.zst')));
    await installInBareDebian(bundle, work);
    await cloneHere(settings.projectDir, work);
    const inside = [process.execPath, join(import.meta.dirname, 'air-gap-inside.ts'), join(work, 'checkout'), bundle];
    // Nothing of this session's environment: a home that has to be made, and no setting of ours.
    const env = { PATH: systemPath, HOME: join(work, 'home'), LC_ALL: 'C.UTF-8' };
    await foreground('unshare', [...loopbackOnly, ...inside], env);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Also with what is not committed yet. */
async function cloneHere(projectDir: string, work: string): Promise<void> {
  const checkout = join(work, 'checkout');
  const git = ['git', '-C', projectDir];
  const copy = `"$0" "$@" ls-files -z --modified --others --exclude-standard --deduplicate |
    tar -c --null --ignore-failed-read -C "$2" -T - | tar -x -C '${checkout}'`;
  await exec('git', ['clone', '--quiet', projectDir, checkout]);
  await exec('sh', ['-c', copy, ...git]);
}

async function exportHere(settings: Settings, file: string): Promise<string> {
  const command = [join(settings.projectDir, 'grader/cli/main.ts'), 'catalogue', 'export', file];
  await foreground(process.execPath, command, settings.environment);
  return file;
}

/** The minimal Debian that base images are built from knows none of the packages: whatever they need has to be there. */
async function installInBareDebian(file: string, work: string): Promise<void> {
  const bundle = await openBundle(file);
  const parts = join(work, 'parts');
  const root = join(work, 'bare-debian');
  try {
    for (const name of ['inputs', 'host'])
      await unpackPart({ bundle, name, into: join(parts, name), decompress: createZstdDecompress() });
  } finally {
    await bundle.close();
  }
  const rootTar = join(parts, 'inputs', inputPath('debian', inputSets().debian), 'root.tar');
  await exec('mkdir', [root]);
  await exec('tar', ['-x', '-p', '--numeric-owner', '-C', root, '-f', rootTar]);
  await exec('mv', [join(parts, 'host'), join(root, 'host')]);
  await exec('sh', ['-c', 'echo "deb [trusted=yes] file:/host ./" > "$0/etc/apt/sources.list"', root]);
  const script = `
    umask 0; mkdir -p /dev; mknod /dev/null c 1 3; umask 022
    before=$(dpkg-query -W | wc -l)
    apt-get -q update >/dev/null
    apt-get -q -y install --no-install-recommends ${bundle.manifest.hostPackages.join(' ')} >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }
    echo "bare Debian: $before packages before, $(dpkg-query -W | wc -l) after; $(runc --version | head -1)"
    mkfs.ext4 -V 2>&1 | head -1
    losetup --version
    dpkg --audit`;
  await foreground('unshare', [...loopbackOnly, 'chroot', root, 'sh', '-ec', script], {
    PATH: systemPath,
    DEBIAN_FRONTEND: 'noninteractive',
    LC_ALL: 'C',
  });
}

async function foreground(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', env });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.slice(-3).join(' ')} ended with code ${code}`);
}
