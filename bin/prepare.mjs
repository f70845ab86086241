/**
 * Brings `node_modules` in line with the lock file and finds the Node 24 that lives in it.
 *
 * Plain JavaScript without dependencies: it runs under whatever Node a fresh machine has (20 or newer), before
 * anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostNetwork } from './host-network.mjs';

export const projectDir = dirname(dirname(fileURLToPath(import.meta.url)));
const marker = join(projectDir, 'node_modules', '.stagecraft-lock-hash');

export function lockHash() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(projectDir, file)));
  return hash.digest('hex');
}

export function isPrepared() {
  return existsSync(marker) && readFileSync(marker, 'utf8') === lockHash();
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(3);
}

/** Installs the npm packages when the lock file changed since the last time, and says so on stderr. */
export function prepare() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    fail(`Stagecraft needs Node 20 or newer; this is Node ${process.versions.node}. Install a newer one.`);
  if (isPrepared()) return;
  process.stderr.write('Installing the npm packages that package-lock.json names (about a minute the first time) …\n');
  // npm's own output goes to stderr: stdout belongs to the command, which may print JSON.
  const npm = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: projectDir,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...hostNetwork(process.env) },
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    fail(
      `npm ci failed (${npm.error?.message ?? `exit ${npm.status}`}). Its own words stand above; run the command again when that is mended.`,
    );
  }
  writeFileSync(marker, lockHash());
}

/** The Node that runs TypeScript as it is: the npm package `node`, pinned in package.json. */
export function pinnedNode() {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const path = join(projectDir, 'node_modules', 'node', 'bin', `node${suffix}`);
  if (existsSync(path)) return path;
  fail(`The pinned Node is missing at ${path}: npm was kept from running its install script. Run "npm rebuild node".`);
}

/** Runs a TypeScript program in the terminal's foreground and ends as it ends. */
export function runTypeScript(program, args) {
  const env = { ...process.env, ...hostNetwork(process.env) };
  env.PATH = `${join(projectDir, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${env.PATH ?? ''}`;
  const child = spawn(pinnedNode(), [join(projectDir, program), ...args], { stdio: 'inherit', env });
  // Ctrl-C reaches the child by itself (same process group); this process only must not die before it.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`The pinned Node could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 3)));
}
