/**
 * Looks into the stages of a build without exporting them: a last stage of our own mounts each of them, and static
 * BusyBox prints what is asked.
 *
 * Absent on purpose: nothing of the learner's is run, no link is followed, and patterns reach the shell as arguments,
 * never as text of a script.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { limits } from '../limits.ts';
import { rawError } from './build-failure.ts';
import type { DockerfileModel, StageModel } from './dockerfile.ts';
import { plainLine } from './log-lines.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
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
  /** By index of the stage, one per query: NUL-terminated paths, or the file's beginning; cut at some 64 KiB. */
  answers: Map<number, Buffer[]>;
}

/** Of one query in one stage; BuildKit clips a step's log at 200 KiB/s, so answers are small and compressed. */
const answerBytesMax = 64 * 1024;
const contentBytesMax = 4 * 1024;

const script = [
  'n=$1; shift; d=0',
  'while [ "$d" -lt "$n" ]; do cd "/stages/$d" || exit 1; k=0',
  'for q in "$@"; do p=${q#*:}; echo "@@ $d $k"',
  'case $q in',
  // Walks no more than the pattern needs: from its first folder without a wildcard, and not at all without one.
  'find:*) case $p in *[*?[\\\\]*) s=${p%%[*?[\\\\]*}; find "${s%/*}" -path "$p" -print0 ;;',
  '*) find "$p" -maxdepth 0 -print0 ;; esac ;;',
  'dirs:*) find "$p" -mindepth 1 -maxdepth 1 -type d -print0 ;;',
  'others:*) find "$p" -mindepth 1 -maxdepth 1 ! -type d -print0 ;;',
  `read:*) find . -path "$p" -type f -exec head -c ${contentBytesMax} {} ";" ;;`,
  `esac 2>/dev/null | head -c ${answerBytesMax} | gzip -c | base64`,
  'k=$((k+1)); done; d=$((d+1)); done; echo "@@ end"',
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
  const name = `stagecraft-${randomBytes(12).toString('hex')}`;
  const text = withProbeStage(request, name);
  if (parseDockerfile(text).stages.at(-1)?.name !== name) {
    return { ...empty, message: 'The end of the Dockerfile can not be continued.' };
  }
  const workDir = await mkdtemp(join(tmpdir(), 'stagecraft-probe-'));
  try {
    const dockerfilePath = join(workDir, 'Dockerfile');
    await writeFile(dockerfilePath, text);
    const { phaseTimeoutMs: timeoutMs } = limits.evidence;
    const probe: Partial<BuildRequest> = { target: name, noCacheStages: [name], output: 'none', timeoutMs };
    const log = new ProbeLog(name);
    const onStatus = (status: SolveStatus): void => log.add(status);
    const end = await solve({ ...request.build, ...probe, dockerfilePath, model: undefined }, { ...options, onStatus });
    throwIfCancelled(options.signal);
    if (end.exitCode !== 0) return { ...empty, message: log.problem ?? rawError(end.plain).slice(0, 500) };
    return readAnswer(log.text, request) ?? { ...empty, message: 'The answer of the stages was cut off.' };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Gathers what the probe's own steps print; other stages may have to run too, and their output is not ours. */
class ProbeLog {
  text = '';
  private exitCode: string | undefined;
  private readonly name: string;
  private readonly digests = new Set<string>();
  private errors = '';

  constructor(name: string) {
    this.name = name;
  }

  /** Set when our own step failed: its command is of no use to anybody. */
  get problem(): string | undefined {
    if (this.exitCode === undefined) return undefined;
    return `Looking into the stages ended with ${this.exitCode}: ${plainLine(this.errors.slice(-300))}`;
  }

  add(status: SolveStatus): void {
    for (const vertex of status.vertexes ?? []) {
      if (!vertex.name.startsWith(`[${this.name} `)) continue;
      this.digests.add(vertex.digest);
      const code = /exit code: \d+/.exec(vertex.error)?.[0];
      if (code !== undefined) this.exitCode = code;
    }
    for (const log of status.logs ?? []) {
      if (this.digests.has(log.vertex) && log.stream === 1)
        this.text += Buffer.from(log.data, 'base64').toString('latin1');
    }
  }
}

/** The Dockerfile with a name for every stage that is asked, and our stage at the end. */
function withProbeStage({ text, model, stages, queries }: ProbeRequest, name: string): string {
  const lines = text.split('\n');
  const mounts = stages.map((index, number) => {
    const stage = model.stages[index];
    const alias = stage?.name ?? `${name}-${index}`;
    if (stage !== undefined && stage.name === undefined) nameStage(lines, stage, alias);
    // `rw` puts an empty layer on top, thrown away afterwards: a stage of one layer is a plain folder of the daemon's
    // disk, which the kernel doesn't let a user namespace mount read-only (nosuid and nodev are locked).
    return `--mount=type=bind,from=${alias},target=/stages/${number},rw`;
  });
  const asked = queries.map(({ kind, at }) => `${kind}:${at}`);
  const argv = ['/bin/busybox', 'sh', '-c', script, 'sh', String(stages.length), ...asked];
  const last = lines.findLastIndex((line) => line.trim() !== '');
  // An instruction that is continued at the end of the file would take our FROM in.
  if (last >= 0) lines[last] = (lines[last] ?? '').replace(/([^\\`]|^)[\\`][ \t\r]*$/, '$1');
  return `${lines.join('\n')}\n\nFROM ${toolboxImage} AS ${name}\nRUN ${mounts.join(' ')} ${JSON.stringify(argv)}\n`;
}

/** Rewrites `FROM image` as `FROM image AS alias`, keeping the number of lines. */
function nameStage(lines: string[], stage: StageModel, alias: string): void {
  const from = stage.instructions[0];
  if (from === undefined) return;
  const platform = stage.platform === undefined ? '' : `--platform=${stage.platform} `;
  for (let line = from.line; line <= from.endLine; line += 1) lines[line - 1] = '#';
  lines[from.line - 1] = `FROM ${platform}${from.words?.[0] ?? ''} AS ${alias}`;
}

/** Undefined when the end is missing: BuildKit cut the log. */
function readAnswer(text: string, { stages, queries }: ProbeRequest): ProbeAnswer | undefined {
  if (!text.trimEnd().endsWith('@@ end')) return undefined;
  const answers = new Map(stages.map((stage) => [stage, queries.map(() => Buffer.alloc(0))]));
  for (const part of text.split('@@ ').slice(1, -1)) {
    const [head = '', ...body] = part.split('\n');
    const [stage = 0, query = 0] = head.split(' ').map(Number);
    const bytes = gunzipSync(Buffer.from(body.join(''), 'base64'), { maxOutputLength: answerBytesMax });
    answers.get(stages[stage] ?? -1)?.splice(query, 1, bytes);
  }
  return { answers };
}

/** Absolute paths of a `find`, `dirs` or `others` answer. */
export function pathsOf(bytes: Buffer | undefined): string[] {
  const paths = (bytes ?? Buffer.alloc(0)).toString('utf8').split('\0');
  // What stands after the last NUL was cut off.
  return paths.slice(0, -1).map((path) => path.replace(/^\.\/?/, '/'));
}
