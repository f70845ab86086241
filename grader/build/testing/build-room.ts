/** What engine tests of builds share: one slot, a context folder of their own, and eyes for what is left behind. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseDockerfile } from '../../dockerfile/parse-dockerfile.ts';
import type { Engine, Slot } from '../../engine/engine.ts';
import { ensureTestImage, testEngine } from '../../engine/testing.ts';
import type { BuildEvent } from '../build-progress.ts';
import { type BuildResult, buildImage, removeBuiltImage } from '../run-buildx.ts';
import type { BuildRequest } from '../solve.ts';
import { ensureToolbox } from './toolbox.ts';

const exec = promisify(execFile);

export interface Built extends BuildResult {
  events: BuildEvent[];
  log: string;
}

export interface BuildOptions extends Partial<BuildRequest> {
  signal?: AbortSignal;
  files?: Record<string, string>;
}

export const never = new AbortController().signal;

/** Makes steps that were never built before. */
export const nonce = (): string => randomBytes(6).toString('hex');

/** Open in `beforeAll`, `tidy` in `afterEach`, `close` in `afterAll`. */
export class BuildRoom {
  readonly engine: Engine;
  readonly slot: Slot;
  /** The name of an image with a shell. */
  readonly base: string;
  /** The context. */
  dir = '';
  private readonly temporary: string;
  private readonly tags: (string | undefined)[] = [];

  static async open(): Promise<BuildRoom> {
    // What a run leaves behind is seen here, and nobody else's is.
    const temporary = await mkdtemp(join(tmpdir(), 'stagecraft-build-test-'));
    process.env.TMPDIR = temporary;
    const engine = await testEngine();
    const slot = await engine.acquireSlot();
    await ensureToolbox(engine);
    const room = new BuildRoom({ engine, slot, temporary, base: await ensureTestImage(engine) });
    await room.tidy();
    return room;
  }

  private constructor({
    engine,
    slot,
    base,
    temporary,
  }: { engine: Engine; slot: Slot; base: string; temporary: string }) {
    this.engine = engine;
    this.slot = slot;
    this.base = base;
    this.temporary = temporary;
  }

  async write(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(this.dir, dirname(path)), { recursive: true });
      await writeFile(join(this.dir, path), text);
    }
  }

  /** `BASE` in the text stands for the test image. */
  async build(text: string, { signal = never, files = {}, ...request }: BuildOptions = {}): Promise<Built> {
    const dockerfile = text.replaceAll('BASE', this.base);
    await this.write({ ...files, Dockerfile: dockerfile });
    const events: BuildEvent[] = [];
    const result = await buildImage(
      { contextDir: this.dir, model: parseDockerfile(dockerfile), learner: 'ada', ...request },
      { engine: this.engine, slot: this.slot, emit: (event) => events.push(event), signal },
    );
    this.tags.push(result.imageTag);
    const lines = events.flatMap((event) => (event.type === 'log' ? event.lines : []));
    return { ...result, events, log: lines.map((line) => line.text).join('\n') };
  }

  /** A fresh context, and no image of the tests before. */
  async tidy(): Promise<void> {
    for (const tag of this.tags.splice(0)) await removeBuiltImage(this.engine, tag);
    if (this.dir !== '') await rm(this.dir, { recursive: true, force: true });
    this.dir = await mkdtemp(join(this.temporary, 'context-'));
  }

  /** Folders of runs, beside the context. */
  async leftovers(): Promise<string[]> {
    return (await readdir(this.temporary)).filter((name) => !name.startsWith('context-'));
  }

  async close(): Promise<void> {
    await this.slot.release();
    await this.engine.release();
    await rm(this.temporary, { recursive: true, force: true });
  }
}

/** Processes of builds, as the host sees them. */
export async function processes(marker: string): Promise<string[]> {
  const { stdout } = await exec('ps', ['-eo', 'pid,args', '--no-headers', '-ww']);
  return stdout.split('\n').filter((line) => line.includes(marker));
}

export async function eventually(check: () => Promise<boolean>, withinMs = 30_000): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (Date.now() < end) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
