import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { StagecraftError } from '../errors.ts';
import type { ProgressSink } from '../progress.ts';
import type { Settings } from '../settings.ts';

/** What the site is made of; a change in any of it builds it anew. */
const sources = [
  'src',
  'content',
  'public',
  'grader/contract',
  'grader/checks',
  'grader/verdict/build-errors/explain',
  'astro.config.mjs',
  'package-lock.json',
];
const marker = '.stagecraft-sources';

/**
 * Builds `dist/` when its sources changed since the last time. The old site stays in place until the new one is whole.
 * @throws StagecraftError `internal` with Astro's last words
 */
export async function buildSite(
  settings: Settings,
  options: { progress: ProgressSink; signal: AbortSignal },
): Promise<void> {
  const { progress, signal } = options;
  const task = { id: 'site', title: 'Site' };
  const hash = await sourcesHash(settings.projectDir);
  const built = await readFile(join(settings.siteDir, marker), 'utf8').catch(() => undefined);
  if (built === hash) {
    progress({ ...task, state: 'ready' });
    return;
  }
  if (!(await mayWrite(settings.projectDir))) {
    if (built === undefined) {
      throw new StagecraftError(
        'not_permitted',
        `The pages have to be built, but this user may not write to ${settings.projectDir}. Give the folder to this user, or start once as its owner.`,
      );
    }
    progress({ ...task, state: 'ready', detail: 'of an older state: this user may not write to the checkout' });
    return;
  }
  progress({ ...task, state: 'running', detail: 'building the pages' });
  const outDir = `${settings.siteDir}.new`;
  await rm(outDir, { recursive: true, force: true });
  await astroBuild(settings, outDir, signal);
  await writeFile(join(outDir, marker), hash);
  await rm(settings.siteDir, { recursive: true, force: true });
  await rename(outDir, settings.siteDir);
  progress({ ...task, state: 'ready' });
}

const mayWrite = (folder: string) =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

async function astroBuild(settings: Settings, outDir: string, signal: AbortSignal): Promise<void> {
  const astro = join(settings.projectDir, 'node_modules', 'astro', 'bin', 'astro.mjs');
  const child = spawn(process.execPath, [astro, 'build', '--outDir', outDir], {
    cwd: settings.projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...settings.environment, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    signal,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-8_000);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code === 0) return;
  throw new StagecraftError(
    'internal',
    `The site could not be built (exit code ${code}):\n${output.trim().slice(-2_000)}`,
  );
}

async function sourcesHash(projectDir: string): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const path of await filesBelow(join(projectDir, source))) {
      // Tests and what git ignores don't reach the pages.
      if (/\.test\.tsx?$|\/node_modules\//.test(path)) continue;
      // Relative: a site that came with `catalogue import` was built in another folder.
      hash.update(`${relative(projectDir, path)}\0`);
      hash.update(await readFile(path));
    }
  }
  return hash.digest('hex');
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (entries === undefined) return (await readFile(path).catch(() => undefined)) === undefined ? [] : [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
