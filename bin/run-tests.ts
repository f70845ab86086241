/**
 * `npm test` and its layers. Ends with what failed, by name, and one line `N passed, M failed`, adding up every runner's
 * own count; a lint, type or import-rule error counts as one failed test.
 *
 *     check    lint, types, import rules and unit tests; no root, database, engine or browser; a minute or two
 *     engine   the database, real builds on the sandbox engine, and `verify` of every exercise and lesson
 *     e2e      the site and the grader in a real browser
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings } from '../grader/settings.ts';
import { ensureBrowser } from './ensure-browser.ts';
import { type Result, readPlaywright, readVitest } from './test-results.ts';

const projectDir = resolve(import.meta.dirname, '..');
const layers = ['check', 'engine', 'e2e'] as const;
type Layer = (typeof layers)[number];

interface Command {
  title: string;
  argv: string[];
  /** Runs while the others of its layer do; its output comes after theirs. */
  beside?: boolean;
  /** Reads the runner's own result from the file it wrote; without it the exit code counts as one test. */
  read?: () => Result;
}

const work = mkdtempSync(join(tmpdir(), 'stagecraft-tests-'));
const settings = readSettings();
/** The tests' own engine and database, beside the user's; kept between runs so that the second is fast. */
const testHome = join(settings.cacheDir, 'test-home');
mkdirSync(testHome, { recursive: true, mode: 0o755 });
const env = {
  ...process.env,
  STAGECRAFT_HOME: testHome,
  STAGECRAFT_CACHE: settings.cacheDir,
  ASTRO_TELEMETRY_DISABLED: '1',
};

function vitest(project: string): Command {
  const file = join(work, `${project}.json`);
  return {
    title: `${project} tests`,
    argv: ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    read: () => readVitest(JSON.parse(readFileSync(file, 'utf8')), projectDir),
  };
}

const commands: Record<Layer, Command[]> = {
  check: [
    { title: 'lint', argv: ['biome', 'ci', '.'] },
    // Checks every .ts and .tsx beside the .astro files.
    {
      title: 'types',
      argv: ['astro', 'check', '--minimumFailingSeverity', 'error', '--minimumSeverity', 'error'],
      beside: true,
    },
    {
      title: 'import rules',
      argv: ['depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'grader', 'bin', 'e2e'],
    },
    vitest('unit'),
  ],
  engine: [
    vitest('db'),
    vitest('engine'),
    {
      title: 'every exercise and lesson proves itself',
      argv: ['node', 'grader/cli/main.ts', 'verify', '--essential', '--summary', join(work, 'verify.json')],
      read: () => JSON.parse(readFileSync(join(work, 'verify.json'), 'utf8')) as Result,
    },
  ],
  e2e: [
    {
      title: 'browser tests',
      argv: ['playwright', 'test', '--reporter=list,json'],
      read: () => readPlaywright(JSON.parse(readFileSync(join(work, 'playwright.json'), 'utf8'))),
    },
  ],
};

function run({ argv, beside }: Command): Promise<{ code: number; kept: string }> {
  const [command = '', ...args] = argv;
  const path = command === 'node' ? process.execPath : join(projectDir, 'node_modules', '.bin', command);
  const child = spawn(path, args, {
    cwd: projectDir,
    stdio: beside ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: join(work, 'playwright.json') },
  });
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (kept += chunk.toString()));
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.once('SIGTERM', forward);
  return new Promise((done) => {
    child.on('error', () => done({ code: 127, kept }));
    child.on('close', (code) => {
      process.off('SIGTERM', forward);
      done({ code: code ?? 1, kept });
    });
  });
}

async function runCommand(command: Command, running?: ReturnType<typeof run>): Promise<Result> {
  const { title, read } = command;
  process.stdout.write(`\n── ${title}\n`);
  const { code, kept } = await (running ?? run(command));
  process.stdout.write(kept);
  const ended = `${title}: ended with exit code ${code}`;
  if (!read) return code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [ended] };
  try {
    const result = read();
    return result.failures.length === 0 && code !== 0 ? { ...result, failures: [ended] } : result;
  } catch {
    return { passed: 0, failures: [`${ended} and left no result`] };
  }
}

/** Holds the tests' engine for the time of a layer, so that test files don't start and stop it each. */
async function withEngine<T>(task: () => Promise<T>): Promise<T> {
  const { holdTestEngine } = await import('../grader/cli/hold-engine.ts');
  const release = await holdTestEngine(readSettings(env));
  try {
    return await task();
  } finally {
    await release();
  }
}

async function runLayer(layer: Layer): Promise<Result> {
  const total: Result = { passed: 0, failures: [] };
  const all = async () => {
    if (layer === 'e2e') ensureBrowser();
    const begun = new Map(commands[layer].filter(({ beside }) => beside).map((command) => [command, run(command)]));
    for (const command of commands[layer].toSorted((a, b) => Number(begun.has(a)) - Number(begun.has(b)))) {
      const { passed, failures } = await runCommand(command, begun.get(command));
      total.passed += passed;
      total.failures.push(...failures);
    }
  };
  try {
    await (layer === 'check' ? all() : withEngine(all));
  } catch (error) {
    total.failures.push(`The ${layer} layer could not run: ${error instanceof Error ? error.message : String(error)}`);
  }
  return total;
}

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !layers.includes(name as Layer));
  if (unknown !== undefined) {
    process.stderr.write(
      `There is no test layer "${unknown}". Expected one of: ${layers.join(', ')}; none runs all.\n`,
    );
    return 2;
  }
  const total: Result = { passed: 0, failures: [] };
  for (const layer of layers) {
    if (wanted.length > 0 && !wanted.includes(layer)) continue;
    const { passed, failures } = await runLayer(layer);
    total.passed += passed;
    total.failures.push(...failures);
  }
  rmSync(work, { recursive: true, force: true });
  // Last, since a log of thousands of lines is read from its end, and CI keeps only that.
  for (const failure of total.failures) process.stdout.write(`\n✗ ${failure}\n`);
  process.stdout.write(`\n${total.passed} passed, ${total.failures.length} failed\n`);
  return total.failures.length === 0 && total.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
