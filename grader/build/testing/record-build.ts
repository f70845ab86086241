/** Recordings of the real thing, for tests that need no engine. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Engine, Slot } from '../../engine/engine.ts';
import { testEngine } from '../../engine/testing.ts';
import { runBuildx } from '../spawn-buildx.ts';

export interface RecordedBuild {
  dockerfile: string;
  dockerignore?: string;
  files?: Record<string, string>;
  timeoutMs?: number;
  cached?: boolean;
}

/** Records the named builds (all without names) into `dir`, as `<name>.docker-<version>.rawjson.txt`. */
export async function recordAll(builds: Record<string, RecordedBuild>, dir: string, names: string[]): Promise<void> {
  const engine = await testEngine();
  // One slot for all: the slot's group is part of what BuildKit caches a RUN by.
  const slot = await engine.acquireSlot();
  try {
    const { Version } = await engine.docker.version();
    for (const name of names.length > 0 ? names : Object.keys(builds)) {
      const build = builds[name];
      if (build === undefined) throw new Error(`There is no build ${name}.`);
      const recorded = await recordBuild(build, { engine, slot });
      for (const old of await readdir(dir)) {
        if (old.startsWith(`${name}.docker-`)) await rm(join(dir, old));
      }
      await writeFile(join(dir, `${name}.docker-${Version.replace(/\+.*$/, '')}.rawjson.txt`), recorded);
      process.stdout.write(`${name}: ${recorded.trim().split('\n').at(-1)?.slice(0, 150)}\n`);
    }
  } finally {
    await slot.release();
    await engine.release();
  }
}

/** Builds once and returns what buildx wrote to stderr. `cached`: with the cache of builds before. */
export async function recordBuild(
  build: RecordedBuild,
  { engine, slot }: { engine: Engine; slot: Slot },
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'stagecraft-record-'));
  let text = '';
  try {
    const files: Record<string, string> = { Dockerfile: build.dockerfile, ...build.files };
    if (build.dockerignore !== undefined) files['.dockerignore'] = build.dockerignore;
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(dir, 'context', dirname(path)), { recursive: true });
      await writeFile(join(dir, 'context', path), content);
    }
    await runBuildx(
      {
        command: engine.buildx.command,
        args: [
          ...['build', '--progress=rawjson', `--cgroup-parent=${slot.cgroupParent}`, '--output=type=cacheonly'],
          ...(build.cached === true ? [] : ['--no-cache']),
          join(dir, 'context'),
        ],
        env: { ...engine.buildx.env, BUILDX_CONFIG: join(dir, 'buildx') },
        timeoutMs: build.timeoutMs ?? 120_000,
        onStderr: (piece) => {
          text += piece;
        },
      },
      new AbortController().signal,
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  // No file of ours names a registry.
  return text.replace(/\b[\w-]*(?:registry|proxy|deb|security)[\w-]*\.[\w.-]*\.?(?:org|io|com)\b/g, 'registry.test');
}
