/** Evidence for tests: small, complete, and changed part by part. Used by `*.test.ts` only. */

import type { VertexReport } from '../contract/report.ts';
import type { DockerfileModel, InstructionModel, StageModel } from '../dockerfile/model.ts';
import type { LayerEntry } from '../engine/engine.ts';
import type { Evidence, ImageEvidence, RunEvidence } from '../evidence/evidence.ts';

/** What there is when nothing could be parsed, built or run. */
export function emptyEvidence(parts: Partial<Evidence> = {}): Evidence {
  return {
    dockerfile: undefined,
    build: { ok: false, durationMs: 0, contextBytes: undefined, error: undefined, findings: [], vertexes: [] },
    image: undefined,
    stageFiles: {},
    run: undefined,
    rebuilds: {},
    secrets: {},
    starter: undefined,
    ...parts,
  };
}

/** A build that worked. */
export function builtEvidence(parts: Partial<Evidence> = {}): Evidence {
  return {
    ...emptyEvidence(),
    build: { ok: true, durationMs: 1200, contextBytes: 4200, error: undefined, findings: [], vertexes: [] },
    image: sampleImage(),
    ...parts,
  };
}

export function sampleImage(
  parts: Omit<Partial<ImageEvidence>, 'config'> & { config?: Partial<ImageEvidence['config']> } = {},
): ImageEvidence {
  const { config, ...rest } = parts;
  return {
    id: 'sha256:1',
    sizeBytes: 200_000_000,
    compressedBytes: 80_000_000,
    architecture: 'amd64',
    os: 'linux',
    history: [],
    layers: [],
    files: new Map(),
    config: {
      user: '',
      env: {},
      entrypoint: [],
      cmd: [],
      workingDir: '/',
      exposedPorts: [],
      labels: {},
      volumes: [],
      stopSignal: undefined,
      healthcheck: undefined,
      shell: undefined,
      ...config,
    },
    ...rest,
  };
}

export function sampleRun(parts: Partial<RunEvidence> = {}): RunEvidence {
  return {
    started: true,
    startError: undefined,
    exitCode: undefined,
    oomKilled: false,
    log: '',
    ready: true,
    readyMs: 80,
    probes: {},
    process: undefined,
    ...parts,
  };
}

export function sampleLayer(parts: Partial<ImageEvidence['layers'][number]> = {}): ImageEvidence['layers'][number] {
  return {
    diffId: 'sha256:layer',
    sizeBytes: 1_000,
    createdBy: 'COPY . . # buildkit',
    line: 3,
    fromBase: false,
    entries: [],
    truncated: false,
    ...parts,
  };
}

export function sampleEntry(path: string, parts: Partial<LayerEntry> = {}): LayerEntry {
  return { path, type: 'file', sizeBytes: 10, mode: 0o644, uid: 0, gid: 0, ...parts };
}

/** The merged file system of one layer. */
export function sampleFiles(entries: (LayerEntry & { layer?: number })[]): ImageEvidence['files'] {
  return new Map(entries.map((entry) => [entry.path, { ...entry, layer: entry.layer ?? 0 }]));
}

export function sampleVertex(name: string, parts: Partial<VertexReport> = {}): VertexReport {
  return { name, cached: true, durationMs: 1, ...parts };
}

export type InstructionSketch = Partial<InstructionModel> & { keyword: string };
export interface StageSketch {
  name?: string;
  base?: string;
  baseStage?: number;
  rootBase?: string;
  reachable?: boolean;
  line?: number;
  instructions?: InstructionSketch[];
}

/** A parsed Dockerfile: the last stage is the final one, lines count up from 1 unless they are given. */
export function sampleDockerfile(stages: StageSketch[]): DockerfileModel {
  let line = 0;
  const models = stages.map((sketch, index): StageModel => {
    line = sketch.line ?? line + 1;
    const stageLine = line;
    const instructions = (sketch.instructions ?? []).map((instruction) => {
      line = instruction.line ?? line + 1;
      return sampleInstruction({ stage: index, line, ...instruction });
    });
    return {
      index,
      name: sketch.name,
      vertexPrefix: sketch.name ?? (stages.length === 1 ? '' : `stage-${index}`),
      line: stageLine,
      base: sketch.base ?? 'node:20',
      baseStage: sketch.baseStage,
      rootBase: sketch.rootBase ?? sketch.base ?? 'node:20',
      platform: undefined,
      final: index === stages.length - 1,
      reachable: sketch.reachable ?? true,
      instructions,
    };
  });
  return { stages: models, globalArgs: [], instructions: models.flatMap((stage) => stage.instructions) };
}

function sampleInstruction(sketch: InstructionSketch): InstructionModel {
  const line = sketch.line ?? 1;
  return {
    line,
    endLine: line,
    column: 1,
    endColumn: 80,
    text: '',
    flags: [],
    form: undefined,
    argv: undefined,
    copy: undefined,
    mounts: [],
    stage: undefined,
    vertexNumber: undefined,
    ...sketch,
  };
}

export function copySketch(
  sources: string[],
  destination: string,
  from?: string | { stage: number; name?: string },
): InstructionSketch {
  const fromText = typeof from === 'object' ? (from.name ?? String(from.stage)) : from;
  return {
    keyword: 'COPY',
    text: `${fromText === undefined ? '' : `--from=${fromText} `}${[...sources, destination].join(' ')}`,
    copy: {
      from: fromText,
      fromStage: typeof from === 'object' ? from.stage : undefined,
      sources,
      destination,
      heredoc: false,
    },
  };
}
