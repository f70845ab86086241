/** What an engine is made of beside its image, put into its volume through the API of the Docker that runs it. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Container } from 'dockerode';
import { StagecraftError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { agentDir, agentNode, packageJson } from '../agent-parts.ts';
import { run } from '../host/processes.ts';
import type { Instance } from '../instance.ts';
import { partsDir } from './container-spec.ts';

/** Docker's names of processors, in Node's words. */
const processors: Record<string, string> = { amd64: 'x64', arm64: 'arm64' };

export class EngineParts {
  readonly #instance: Instance;
  /** Size and time of change of every package file that the volume has, by path. */
  readonly #published = new Map<string, string>();

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** @param docker its processor; it need not be this machine's */
  async putAll(container: Container, docker: { Arch: string }): Promise<void> {
    const { dir, confDir } = this.#instance;
    const staging = await mkdtemp(join(dir, 'parts-'));
    try {
      const parts = join(staging, ...partsDir.split('/').slice(-1));
      await mkdir(join(parts, 'grader'), { recursive: true });
      await symlink(agentDir, join(parts, 'grader', 'agent'));
      await symlink(packageJson, join(parts, 'grader', 'package.json'));
      await symlink(confDir, join(parts, 'conf'));
      await mkdir(join(parts, 'packages'));
      const node = await this.#nodeFor(docker.Arch);
      if (!(await hasSameSize(container, node))) await symlink(node, join(parts, 'node'));
      const target = partsDir.slice(0, partsDir.lastIndexOf('/'));
      await put(container, target, ['--dereference', '-C', staging, '-c', '.']);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
    this.#published.clear();
    await this.putPackages(container);
  }

  /** Everything that was filled or changed since the last time. */
  async putPackages(container: Container): Promise<void> {
    const root = this.#instance.mirrorDir;
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const changed: [path: string, state: string][] = [];
    for (const entry of entries) {
      const path = relative(root, join(entry.parentPath, entry.name));
      if (!entry.isFile() || path.startsWith('.')) continue;
      const found = await stat(join(root, path)).catch(() => undefined);
      const state = `${found?.size} ${found?.mtimeMs}`;
      if (found !== undefined && this.#published.get(path) !== state) changed.push([path, state]);
    }
    if (changed.length === 0) return;
    const names = changed.map(([path]) => `${path}\0`).join('');
    await put(container, `${partsDir}/packages`, ['-C', root, '--null', '-T', '-', '-c'], names);
    for (const [path, state] of changed) this.#published.set(path, state);
  }

  /** This process's own Node where it fits, else the same version for Linux and that processor, from the npm package. */
  async #nodeFor(arch: string): Promise<string> {
    const processor = processors[arch] ?? arch;
    if (process.platform === 'linux' && process.arch === processor) return agentNode();
    const name = `node-linux-${processor}`;
    const folder = join(this.#instance.cacheDir, `${name}-${process.versions.node}`);
    const node = join(folder, 'bin', 'node');
    if (await stat(node).catch(() => undefined)) return node;
    const unpacked = `${folder}.unfinished`;
    await mkdir(unpacked, { recursive: true });
    try {
      await run('npm', ['pack', '--silent', '--pack-destination', unpacked, `${name}@${process.versions.node}`], {
        timeoutMs: limits.registry.pullTimeoutMs,
      });
      const [archive = ''] = (await readdir(unpacked)).filter((file) => file.endsWith('.tgz'));
      await run('tar', ['-C', unpacked, '--strip-components=1', '-xzf', join(unpacked, archive)]);
      await rm(join(unpacked, archive));
      await rename(unpacked, folder);
      return node;
    } catch (cause) {
      const why = `Node ${process.versions.node} for Linux on ${arch}, which your Docker has, could not be downloaded by npm.`;
      throw new StagecraftError('host_lacks', `${why} Check npm's registry settings and start again.`, { cause });
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
  }
}

async function hasSameSize(container: Container, node: string): Promise<boolean> {
  try {
    const answer = (await container.infoArchive({ path: `${partsDir}/node` })) as { headers: Record<string, string> };
    const header = answer.headers['x-docker-container-path-stat'] ?? '';
    const found = JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as { size: number };
    return found.size === (await stat(node)).size;
  } catch {
    return false;
  }
}

/** @param names what tar reads from its stdin */
async function put(container: Container, path: string, tarArguments: string[], names = ''): Promise<void> {
  const tar = spawn('tar', tarArguments, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => tar.on('error', reject).on('close', resolve));
  tar.stdin?.on('error', () => {}).end(names);
  // Whichever fails first: without tar the archive never ends.
  const [code] = await Promise.all([ended, container.putArchive(tar.stdout, { path })]);
  if (code !== 0) throw new StagecraftError('internal', `tar ended with ${code}.`);
}
