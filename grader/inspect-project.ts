/** Builds any project's Dockerfile in the sandbox and reports the evidence, without an exercise. */
import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import {
  admitText,
  baseImagesOf,
  bringIn,
  buildAndCollect,
  refusedEvidence,
  sourceOfBases,
} from './build-and-collect.ts';
import { systemNamesIn } from './catalogue/packages/apt-names.ts';
import { isLockFile } from './catalogue/packages/lock-files.ts';
import type { PackageOwner } from './catalogue/packages/package-shelf.ts';
import type { Report } from './contract/report.ts';
import { type Admission, isRefused } from './dockerfile/admit.ts';
import { StagecraftError } from './errors.ts';
import { adviceFor } from './evidence/advice/advice.ts';
import { stageSizes } from './evidence/stage-sizes.ts';
import { imageReport, stageReports } from './evidence/to-report.ts';
import type { GradeOptions } from './grade-submission.ts';
import { limits } from './limits.ts';
import { mirroredContext } from './mirrored-context.ts';
import type { GradingRoom } from './open-grader.ts';
import { verdictOf } from './verdict/sum-up.ts';
import { makeWorkFolder } from './work-folder.ts';

export interface BuildSecret {
  id: string;
  /** File whose content the build may read. */
  src: string;
}

export interface InspectRequest {
  /** Absolute. */
  contextDir: string;
  /** The text of the Dockerfile. */
  dockerfile: string;
  target?: string | undefined;
  buildArgs: Record<string, string>;
  secrets: BuildSecret[];
}

export type Inspect = (request: InspectRequest, options: GradeOptions) => Promise<Report>;

export function createInspector(room: GradingRoom): Inspect {
  return async (request, options) => {
    const files = await filesOf(request.contextDir);
    const admission = admitText(request, room);
    const { evidence, sizes } = isRefused(admission.findings)
      ? { evidence: refusedEvidence(admission), sizes: new Map<number, number>() }
      : await buildProject(request, admission, { room, options, files });
    const { dockerfile, build, image } = evidence;
    return {
      verdict: verdictOf({ build, checks: [] }),
      checks: [],
      build,
      image: image && imageReport(image, dockerfile),
      stages: stageReports(dockerfile, sizes),
      advice: adviceFor({ dockerfile, build, image, hasDockerignore: files.includes('.dockerignore') }),
      catalogue: { source: sourceOfBases(admission, room) },
    };
  };
}

interface Site {
  room: GradingRoom;
  options: GradeOptions;
  /** Relative to the context. */
  files: string[];
}

async function buildProject(request: InspectRequest, admission: Admission, { room, options, files }: Site) {
  const { emit, signal } = options;
  const { target, buildArgs } = request;
  emit({ type: 'phase', phase: 'prepare' });
  await bringIn(
    baseImagesOf(admission, room).map(({ name }) => name),
    room,
    signal,
  );
  const packages = foldersWithLockFiles(files, request.contextDir);
  await room.packages.ready({ slug: request.contextDir, packages, ...systemPackagesOf(admission) }, signal);
  const secrets = await Promise.all(
    request.secrets.map(async ({ id, src }) => ({ id, value: await readFile(src, 'utf8') })),
  );
  const slot = await room.engine.acquireSlot(signal);
  // The text that is built may differ from the user's file, which is not written to.
  const workDir = await makeWorkFolder();
  try {
    const dockerfilePath = join(workDir, 'Dockerfile');
    await writeFile(dockerfilePath, admission.text);
    const { buildGateway, mirrorPort } = room.engine.network;
    const mirrorUrl = `http://${buildGateway}:${mirrorPort}`;
    const contextDir = await mirroredContext({ contextDir: request.contextDir, files, workDir, mirrorUrl });
    const builtFrom = { contextDir, target, buildArgs, secrets, dockerfilePath, learner: 'inspect' };
    const job = {
      ...{ admission, builtFrom, dockerfilePath, timeoutMs: limits.inspect.timeoutMs, contextFiles: files },
      ...{
        needs: [],
        run: undefined,
        dockerignore: await readFile(join(contextDir, '.dockerignore'), 'utf8').catch(() => undefined),
      },
      starterSize: () => Promise.reject(new StagecraftError('internal', 'There is no starter without an exercise.')),
    };
    const evidence = await buildAndCollect(job, room, { slot, emit, signal });
    const access = { engine: room.engine, slot, signal };
    const sizes =
      evidence.build.ok && admission.dockerfile
        ? await stageSizes(builtFrom, admission.dockerfile, access)
        : new Map<number, number>();
    return { evidence, sizes };
  } finally {
    await rm(workDir, { recursive: true, force: true });
    await slot.release();
  }
}

/** Paths of all files. @throws StagecraftError `too_large` */
async function filesOf(folder: string): Promise<string[]> {
  let total = 0;
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    paths.push(relative(folder, path));
    total += (await lstat(path)).size;
    if (total <= limits.inspect.contextBytesMax) continue;
    throw new StagecraftError(
      'too_large',
      `Expected a folder of at most ${limits.inspect.contextBytesMax} bytes at ${folder}, found more. Inspect a smaller folder.`,
    );
  }
  return paths;
}

/** The folders of a project whose lock files name packages: itself and those below it, without what is installed. */
function foldersWithLockFiles(files: readonly string[], contextDir: string): string[] {
  const locks = files.filter((path) => isLockFile(basename(path)));
  const own = locks.filter(
    (path) => !/(^|[/\\])(node_modules|vendor|target|\.venv|venv|site-packages|\.git)[/\\]/.test(path),
  );
  const folders = own.filter((path) => !isMavenModule(path, own)).map((path) => join(contextDir, dirname(path)));
  return [...new Set(folders)].sort();
}

/** A pom.xml below another is filled together with that one. */
function isMavenModule(path: string, all: readonly string[]): boolean {
  if (basename(path) !== 'pom.xml') return false;
  return all.some((other) => {
    const above = dirname(other) === '.' ? '' : `${dirname(other)}/`;
    return basename(other) === 'pom.xml' && other !== path && path.startsWith(above);
  });
}

/** What its commands install with apt-get, and on which base images. */
function systemPackagesOf({ dockerfile }: Admission): Pick<PackageOwner, 'systemPackages' | 'images'> {
  const installing = (dockerfile?.stages ?? []).flatMap(({ reachable, rootBase, instructions }) => {
    const commands = instructions.filter(({ keyword }) => reachable && keyword === 'RUN');
    const apt = commands.flatMap(({ text, heredocs = [] }) => systemNamesIn([text, ...heredocs].join('\n')).apt);
    return apt.length === 0 ? [] : [{ apt, rootBase }];
  });
  if (installing.length === 0) return {};
  return {
    systemPackages: { apt: installing.flatMap(({ apt }) => apt), leaveUnknown: true },
    images: installing.map(({ rootBase }) => rootBase),
  };
}
