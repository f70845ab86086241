/** The catalogue makes the toolbox; where a test engine has no catalogue, the host's static BusyBox will do. */
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Engine } from '../../engine/engine.ts';
import { toolboxImage } from '../stage-probe.ts';

const exec = promisify(execFile);

/** Puts a toolbox into the engine unless there is one. */
export async function ensureToolbox(engine: Engine): Promise<void> {
  const there = await engine.docker.listImages({ filters: { reference: [toolboxImage] } });
  if (there.length > 0) return;
  const dir = await mkdtemp(join(tmpdir(), 'stagecraft-toolbox-'));
  try {
    await exec('apt-get', ['download', 'busybox-static'], { cwd: dir });
    await exec('sh', ['-c', 'dpkg -x busybox-static_*.deb unpacked'], { cwd: dir });
    await mkdir(join(dir, 'root', 'bin'), { recursive: true });
    await cp(join(dir, 'unpacked', 'bin', 'busybox'), join(dir, 'root', 'bin', 'busybox'));
    for (const applet of ['sh', 'find', 'head', 'gzip', 'base64'])
      await symlink('busybox', join(dir, 'root', 'bin', applet));
    const tar = spawn('tar', ['-C', join(dir, 'root'), '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [repo = '', tag = ''] = toolboxImage.split(':');
    const answer = await engine.docker.importImage(tar.stdout, { repo, tag });
    for await (const _ of answer as AsyncIterable<Buffer>) {
      // Read to the end: the image is there when the answer is complete.
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
