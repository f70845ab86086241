/** One run of buildx: arguments, secrets and notes in a folder of its own, and the stream of statuses. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { Engine, Slot } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { makeWorkFolder } from '../work-folder.ts';
import { RawJsonReader, type SolveStatus } from './rawjson.ts';
import { type BuildxEnd, runBuildx } from './spawn-buildx.ts';

export interface BuildRequest {
  /** Folder with the app, `.dockerignore` and, unless `dockerfilePath` is given, the Dockerfile. */
  contextDir: string;
  /** @default `contextDir/Dockerfile` */
  dockerfilePath?: string;
  /** Gives vertexes their lines; parsed from the text that is built. */
  model: DockerfileModel | undefined;
  /** Cache mounts are shared by builds of the same learner only. Undefined: shared with nobody's namespace. */
  learner?: string | undefined;
  target?: string | undefined;
  /** `linux/arm64`. @default this machine's */
  platform?: string | undefined;
  buildArgs?: Record<string, string>;
  /** `RUN --mount=type=secret,id=…` reads the value. */
  secrets?: { id: string; value: string }[];
  /** Socket of an SSH agent for `RUN --mount=type=ssh`. */
  sshSocketPath?: string | undefined;
  noCache?: boolean;
  /** `none`: run the steps, keep no image. A folder gets the final stage's files. @default 'image' */
  output?: 'image' | 'none' | { folder: string };
  /** @default limits.build.timeoutMs */
  timeoutMs?: number;
  /** @default limits.build.logBytesMax */
  logBytesMax?: number;
}

export interface SolveOptions {
  engine: Pick<Engine, 'buildx'>;
  slot: Pick<Slot, 'cgroupParent'>;
  onStatus: (status: SolveStatus) => void;
  /** Ends the run. */
  signal: AbortSignal;
}

export interface SolveEnd extends BuildxEnd {
  /** What buildx wrote beside statuses, its last words at the end. */
  plain: string;
  imageId: string | undefined;
  imageTag: string | undefined;
}

/** Runs buildx and resolves when it is gone, for whatever reason. */
export async function solve(request: BuildRequest, options: SolveOptions): Promise<SolveEnd> {
  const workDir = await makeWorkFolder();
  try {
    const { output = 'image' } = request;
    const imageTag = output === 'image' ? `stagecraft-build:${randomBytes(12).toString('hex')}` : undefined;
    const reader = new RawJsonReader(options.onStatus);
    const end = await runBuildx(
      {
        command: options.engine.buildx.command,
        args: await buildArguments(request, { slot: options.slot, workDir, imageTag }),
        // Its notes on past builds would pile up in a shared folder.
        env: { ...options.engine.buildx.env, BUILDX_CONFIG: workDir, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
        timeoutMs: request.timeoutMs ?? limits.build.timeoutMs,
        onStderr: (text) => reader.push(text),
      },
      options.signal,
    );
    reader.end();
    const built = end.exitCode === 0 && imageTag !== undefined;
    const imageId = built ? (await readFile(join(workDir, 'image-id'), 'utf8')).trim() : undefined;
    return { ...end, plain: reader.plain, imageId, imageTag: built ? imageTag : undefined };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** @throws StagecraftError `cancelled` */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new StagecraftError('cancelled', 'The build was cancelled.', { cause: signal.reason });
}

/** The namespace of a learner's cache mounts. */
export function cacheNamespace(learner: string): string {
  return createHash('sha256').update(`stagecraft cache mounts\0${learner}`).digest('hex').slice(0, 32);
}

async function buildArguments(
  request: BuildRequest,
  at: { slot: SolveOptions['slot']; workDir: string; imageTag: string | undefined },
): Promise<string[]> {
  const args = ['build', '--progress=rawjson', `--cgroup-parent=${at.slot.cgroupParent}`];
  args.push(`--file=${request.dockerfilePath ?? join(request.contextDir, 'Dockerfile')}`);
  if (at.imageTag !== undefined) args.push(`--tag=${at.imageTag}`, `--iidfile=${join(at.workDir, 'image-id')}`);
  else if (typeof request.output === 'object')
    args.push(`--output=${csv('type=local')},${csv(`dest=${request.output.folder}`)}`);
  else args.push('--output=type=cacheonly');
  if (request.target !== undefined) args.push(`--target=${request.target}`);
  if (request.platform !== undefined) args.push(`--platform=${request.platform}`);
  if (request.noCache === true) args.push('--no-cache');
  if (request.learner !== undefined) {
    args.push(`--build-arg=BUILDKIT_CACHE_MOUNT_NS=${cacheNamespace(request.learner)}`);
  }
  for (const [name, value] of Object.entries(request.buildArgs ?? {})) args.push(`--build-arg=${name}=${value}`);
  for (const [index, { id, value }] of (request.secrets ?? []).entries()) {
    const path = join(at.workDir, `secret-${index}`);
    await writeFile(path, value, { mode: 0o600 });
    args.push(`--secret=${csv(`id=${id}`)},${csv(`src=${path}`)}`);
  }
  if (request.sshSocketPath !== undefined) args.push(`--ssh=default=${request.sshSocketPath}`);
  return [...args, '--', request.contextDir];
}

function csv(field: string): string {
  return `"${field.replaceAll('"', '""')}"`;
}
