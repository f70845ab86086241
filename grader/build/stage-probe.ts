/**
 * Looks into the stages of a build without making images of them: each gets a stage of our own on top, in which static
 * BusyBox writes what is asked into files, and these are exported.
 *
 * On top rather than as a mount: BuildKit hashes every file of what is mounted, 3 s for a stage on node:20.
 *
 * Absent on purpose: nothing of the learner's is run, no link is followed, and patterns reach the shell as arguments,
 * never as text of a script.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerfileModel, StageModel } from '../dockerfile/model.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { limits } from '../limits.ts';
import { makeWorkFolder } from '../work-folder.ts';
import { rawError } from './build-failure.ts';
import type { SolveStatus } from './rawjson.ts';
import { type BuildRequest, type SolveOptions, solve, throwIfCancelled } from './solve.ts';

/** The image with static BusyBox in `/bin`; the catalogue makes it. */
export const toolboxImage = 'stagecraft/toolbox:local';

export interface ProbeRequest {
  /** The build whose stages are looked into, with its Dockerfile as `text`. */
  build: Pick<BuildRequest, 'contextDir' | 'learner' | 'secrets' | 'buildArgs' | 'target'>;
  text: string;
  model: DockerfileModel;
  /** Indexes of stages. They and what they need are built when they aren't yet. */
  stages: number[];
  queries: ProbeQuery[];
}

/** `at` begins with `./`: a pattern of `find -path` for `find` and `read`, a folder for `dirs` and `others`. */
export interface ProbeQuery {
  /** Matching paths; folders directly in it; everything else directly in it; the beginning of a regular file. */
  kind: 'find' | 'dirs' | 'others' | 'read';
  at: string;
}

export interface ProbeAnswer {
  /** Why nothing could be read. */
  message?: string;
  /** By index of the stage, one per query: NUL-terminated paths, or the file's beginning; cut at `answerBytesMax`. */
  answers: Map<number, Buffer[]>;
}

/** Of one query in one stage. */
const answerBytesMax = 64 * 1024;
const contentBytesMax = 4 * 1024;

/** `-xdev`: what BuildKit mounts while a step runs (/proc, /sys, our tools) is not the stage's. */
const script = [
  "set -f; mounted=$(printf ' ! -path ./%s/*' proc sys dev)",
  'name=$1; shift; mkdir "/$name" || exit 1; cd /; k=0',
  'look() { from=$1; shift; find "$from" -xdev ! -path "./$name*" $mounted "$@"; }',
  'for q in "$@"; do p=${q#*:}',
  'case $q in',
  // Walks no more than the pattern needs: from its first folder without a wildcard, and not at all without one.
  'find:*) case $p in *[*?[\\\\]*) s=${p%%[*?[\\\\]*}; look "${s%/*}" -path "$p" -print0 ;;',
  '*) look "$p" -maxdepth 0 -print0 ;; esac ;;',
  'dirs:*) look "$p" -mindepth 1 -maxdepth 1 -type d -print0 ;;',
  'others:*) look "$p" -mindepth 1 -maxdepth 1 ! -type d -print0 ;;',
  `read:*) look . -path "$p" -type f -exec head -c ${contentBytesMax} {} ";" ;;`,
  `esac 2>/dev/null | head -c ${answerBytesMax} > "/$name/$k"`,
  'k=$((k+1)); done',
].join('\n');

/**
 * Asks the stages. What keeps them from being built is the answer's `message`.
 * @throws StagecraftError `cancelled`
 */
export async function probeStages(
  request: ProbeRequest,
  options: Pick<SolveOptions, 'engine' | 'slot' | 'signal'>,
): Promise<ProbeAnswer> {
  const empty: ProbeAnswer = { answers: new Map() };
  if (request.stages.length === 0 || request.queries.length === 0) return empty;
  // Random, so that no step of the learner's can prepare for it, and so that nothing of it is ever cached.
  const name = `stagecraft-${randomBytes(12).toString('hex')}`;
  const text = withProbeStages(request, name);
  if (parseDockerfile(text).stages.at(-1)?.name !== name) {
    return { ...empty, message: 'The end of the Dockerfile can not be continued.' };
  }
  const workDir = await makeWorkFolder();
  try {
    const dockerfilePath = join(workDir, 'Dockerfile');
    await writeFile(dockerfilePath, text);
    const answerDir = join(workDir, 'answer');
    const { phaseTimeoutMs: timeoutMs } = limits.evidence;
    const probe: Partial<BuildRequest> = { target: name, output: { folder: answerDir }, timeoutMs };
    let ownError: string | undefined;
    const onStatus = ({ vertexes }: SolveStatus): void => {
      for (const vertex of vertexes ?? []) {
        const code = vertex.name.startsWith(`[${name}`) && /exit code: \d+/.exec(vertex.error)?.[0];
        // Our own step's command is of no use to anybody.
        if (code) ownError = `Looking into the stages ended with ${code}.`;
      }
    };
    const end = await solve({ ...request.build, ...probe, dockerfilePath, model: undefined }, { ...options, onStatus });
    throwIfCancelled(options.signal);
    if (end.exitCode !== 0) return { ...empty, message: ownError ?? rawError(end.plain).slice(0, 500) };
    return { answers: await readAnswers(answerDir, request) };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** The Dockerfile with a name for every stage that is asked, a stage of ours on each, and a last one with the answers. */
function withProbeStages({ text, model, stages, queries }: ProbeRequest, name: string): string {
  const lines = text.split('\n');
  const tools = `/${name}-tools`;
  const busybox = [`${tools}/bin/busybox`, 'env', '-i', `PATH=${tools}/bin`, `${tools}/bin/busybox`];
  const asked = queries.map(({ kind, at }) => `${kind}:${at}`);
  const argv = JSON.stringify([...busybox, 'sh', '-c', script, 'sh', name, ...asked]);
  const probes = stages.map((index, number) => {
    const stage = model.stages[index];
    const alias = stage?.name ?? `${name}-stage-${index}`;
    if (stage !== undefined && stage.name === undefined) nameStage(lines, stage, alias);
    // Continuing a stage runs what its ONBUILD holds back; a copy of it has no such instructions.
    const held = stage?.instructions.some(({ onbuild }) => onbuild !== undefined) ?? false;
    const from = held
      ? `FROM scratch AS ${name}-${number}\nCOPY --from=${alias} / /`
      : `FROM ${alias} AS ${name}-${number}`;
    const run = `RUN --mount=type=bind,from=${name}-tools,target=${tools} ${argv}`;
    // By both numbers: a stage may have no /etc/passwd to look a group up in.
    return `${from}\nUSER 0:0\n${run}`;
  });
  const last = lines.findLastIndex((line) => line.trim() !== '');
  // An instruction that is continued at the end of the file would take our FROM in.
  if (last >= 0) lines[last] = (lines[last] ?? '').replace(/([^\\`]|^)[\\`][ \t\r]*$/, '$1');
  return [
    ...lines,
    '',
    // A stage for another platform is looked into with tools of this one.
    `FROM --platform=$BUILDPLATFORM ${toolboxImage} AS ${name}-tools`,
    ...probes,
    `FROM scratch AS ${name}`,
    ...stages.map((_, number) => `COPY --from=${name}-${number} /${name} /${number}`),
    '',
  ].join('\n');
}

/** Rewrites `FROM image` as `FROM image AS alias`, keeping the number of lines. */
function nameStage(lines: string[], stage: StageModel, alias: string): void {
  const from = stage.instructions[0];
  if (from === undefined) return;
  const platform = stage.platform === undefined ? '' : `--platform=${stage.platform} `;
  for (let line = from.line; line <= from.endLine; line += 1) lines[line - 1] = '#';
  lines[from.line - 1] = `FROM ${platform}${from.words?.[0] ?? ''} AS ${alias}`;
}

async function readAnswers(folder: string, { stages, queries }: ProbeRequest): Promise<ProbeAnswer['answers']> {
  const answers: ProbeAnswer['answers'] = new Map();
  for (const [number, stage] of stages.entries()) {
    answers.set(stage, await Promise.all(queries.map((_, query) => readFile(join(folder, `${number}`, `${query}`)))));
  }
  return answers;
}

/** Absolute paths of a `find`, `dirs` or `others` answer. */
export function pathsOf(bytes: Buffer | undefined): string[] {
  const paths = (bytes ?? Buffer.alloc(0)).toString('utf8').split('\0');
  // What stands after the last NUL was cut off.
  return paths.slice(0, -1).map((path) => path.replace(/^\.\/?/, '/'));
}
