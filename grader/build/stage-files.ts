/**
 * What the stages of a build hold: paths that match globs, small files, and what stands in a folder.
 */
import { posix } from 'node:path';
import picomatch from 'picomatch';
import type { StageFilesEvidence } from '../evidence/evidence.ts';
import { limits } from '../limits.ts';
import { findPatterns, literalPattern } from './find-patterns.ts';
import type { SolveOptions } from './solve.ts';
import { type ProbeQuery, type ProbeRequest, pathsOf, probeStages } from './stage-probe.ts';

export interface StageFilesRequest extends Pick<ProbeRequest, 'build' | 'text' | 'model'> {
  /** Globs on absolute paths, `**\/node_modules/typescript/package.json`. */
  globs: string[];
  /** Absolute paths of small files to read. */
  contents?: string[];
  /** Indexes. @default every stage that the build reaches */
  stages?: number[];
}

type ProbeOptions = Pick<SolveOptions, 'engine' | 'slot' | 'signal'>;

/**
 * Lists matching paths and reads small files, by `vertexPrefix`. Stages that are built already cost about 0.3 s.
 * @throws StagecraftError `cancelled`
 */
export async function stageFiles(request: StageFilesRequest, options: ProbeOptions): Promise<StageFilesEvidence> {
  const { build, text, model, globs, contents = [] } = request;
  const stages = request.stages ?? model.stages.filter((stage) => stage.reachable).map((stage) => stage.index);
  const patterns = [...new Set(globs.flatMap(findPatterns))];
  const queries: ProbeQuery[] = [
    ...contents.map((path) => ({ kind: 'read', at: literalPattern(path) }) as const),
    ...patterns.map((at) => ({ kind: 'find', at }) as const),
  ];
  const { answers, message } = await probeStages({ build, text, model, stages, queries }, options);
  if (message !== undefined) return { ok: false, message, found: {}, contents: {} };
  const evidence: StageFilesEvidence = { ok: true, found: {}, contents: {} };
  const matches = picomatch(globs, { dot: true });
  for (const index of stages) {
    const prefix = model.stages[index]?.vertexPrefix ?? '';
    const answered = answers.get(index) ?? [];
    const paths = new Set(
      answered
        .slice(contents.length)
        .flatMap(pathsOf)
        .filter((path) => matches(path)),
    );
    evidence.found[prefix] = [...paths].sort().slice(0, limits.evidence.stageListingEntriesMax);
    const read = contents.map((path, at) => [path, answered[at]?.toString('utf8') ?? ''] as const);
    evidence.contents[prefix] = Object.fromEntries(read.filter(([, text]) => text !== ''));
  }
  return evidence;
}

/** What helps to say which file was meant: what stands around a path, and where else its name appears. */
export interface Neighbours {
  /** The nearest folder above the path that exists. */
  folder: string;
  /** Names in it; folders end with `/`. */
  entries: string[];
  /** Absolute paths elsewhere in the stage that end with the same name. */
  elsewhere: string[];
}

export interface NeighboursRequest extends Pick<ProbeRequest, 'build' | 'text' | 'model'> {
  /** Index of the stage. */
  stage: number;
  /** Absolute. */
  path: string;
}

/** Looks around a path that is not there; undefined when the stage can't be read. */
export async function neighboursOf(request: NeighboursRequest, options: ProbeOptions): Promise<Neighbours | undefined> {
  const parts = request.path.split('/').filter((part) => part !== '' && part !== '.');
  const folders = parts.map((_, count) => `/${parts.slice(0, count).join('/')}`).slice(-8);
  const sameName = `./*/${literalPattern(parts.at(-1) ?? '').slice(2)}`;
  const queries: ProbeQuery[] = [{ kind: 'find', at: sameName }];
  for (const folder of folders) queries.push({ kind: 'dirs', at: `.${folder}` }, { kind: 'others', at: `.${folder}` });
  const { build, text, model, stage } = request;
  const { answers, message } = await probeStages({ build, text, model, stages: [stage], queries }, options);
  const answered = answers.get(stage);
  if (message !== undefined || answered === undefined) return undefined;
  const elsewhere = pathsOf(answered[0]).filter((path) => !/\/node_modules\/./.test(path));
  for (let at = folders.length - 1; at >= 0; at -= 1) {
    const dirs = pathsOf(answered[at * 2 + 1]).map((path) => `${posix.basename(path)}/`);
    const others = pathsOf(answered[at * 2 + 2]).map((path) => posix.basename(path));
    const entries = [...dirs, ...others].sort().slice(0, 200);
    if (entries.length > 0) return { folder: folders[at] ?? '/', entries, elsewhere: elsewhere.slice(0, 20) };
  }
  return { folder: '/', entries: [], elsewhere: elsewhere.slice(0, 20) };
}
