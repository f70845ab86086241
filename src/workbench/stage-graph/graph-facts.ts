/**
 * What the stage graph says of a Dockerfile: its stages with their steps, the images that files are copied from, and
 * who needs whom. Pure: text in (as a model), facts out; where anything is drawn is `graph-layout.ts`.
 */
import type { DockerfileModel, InstructionModel, StageModel } from '../../dockerfile/read-dockerfile.ts';
import { stepTextCharactersMax } from './graph-limits.ts';

export type EdgeKind = 'base' | 'copy' | 'mount';

export interface GraphStep {
  /** The same for the same step of the same stage, also when it has moved to another line. */
  key: string;
  /** The same for steps that BuildKit does once although two stages ask for them. */
  chain: string;
  line: number;
  endLine: number;
  keyword: string;
  /** On one line and not endless; variables as written. */
  text: string;
  /** The same for a narrow box: a RUN without its flags, which would hide what it runs. */
  short: string;
  /** Indexes of the stages that it takes files from. */
  sources: number[];
}

export interface GraphStage {
  id: string;
  index: number;
  name: string | undefined;
  line: number;
  /** The last line of its last instruction. */
  endLine: number;
  base: string;
  baseStage: number | undefined;
  /** The image at the bottom of its chain of stages, or `scratch`. */
  rootBase: string;
  /** What is shipped. */
  final: boolean;
  reachable: boolean;
  from: GraphStep;
  steps: GraphStep[];
}

/** An image that is no base of a stage: only copied or mounted from. */
export interface GraphImage {
  id: string;
  name: string;
  reachable: boolean;
  line: number;
}

export interface GraphEdge {
  id: string;
  from: string;
  to: string;
  kind: EdgeKind;
  /** Index of the stage that it comes from; undefined for an image. */
  source: number | undefined;
  target: number;
  /** Of the instructions that make it. */
  lines: number[];
  reachable: boolean;
}

export interface GraphFacts {
  stages: GraphStage[];
  images: GraphImage[];
  edges: GraphEdge[];
}

export const stageId = (index: number) => `stage-${index}`;
export const imageId = (name: string) => `image-${name}`;

export function graphFacts(model: DockerfileModel): GraphFacts {
  const stages: GraphStage[] = [];
  for (const stage of model.stages) stages.push(graphStage(stage, stages, model));
  const found = new Map<string, GraphEdge>();
  const images = new Map<string, GraphImage>();
  for (const stage of model.stages) {
    for (const use of usesOf(stage, model)) {
      if (use.from === stageId(stage.index)) continue;
      if (use.image !== undefined) addImage(images, use.image, { line: use.line, reachable: stage.reachable });
      addEdge(found, use, stage);
    }
  }
  return { stages, images: [...images.values()], edges: [...found.values()] };
}

function graphStage(stage: StageModel, before: readonly GraphStage[], model: DockerfileModel): GraphStage {
  const { index, name, line, base, baseStage, rootBase, final, reachable } = stage;
  const owner = name ?? `#${index}`;
  const below = baseStage === undefined ? undefined : before[baseStage];
  let chain = below ? (below.steps.at(-1)?.chain ?? below.from.chain) : `FROM ${base}`;
  const seen = new Map<string, number>();
  const step = (instruction: InstructionModel): GraphStep => {
    const full = `${instruction.keyword} ${instruction.text.replace(/\s+/g, ' ').trim()}`;
    const times = seen.get(full) ?? 0;
    seen.set(full, times + 1);
    chain = `${chain}\n${full}`;
    return {
      key: `${owner}\n${full}\n${times}`,
      chain,
      line: instruction.line,
      endLine: instruction.endLine,
      keyword: instruction.keyword,
      text: shortened(full.slice(instruction.keyword.length + 1)),
      short: shortened(withoutFlags(full.slice(instruction.keyword.length + 1), instruction)),
      sources: sourcesOf(instruction, model).flatMap((source) => (typeof source === 'number' ? source : [])),
    };
  };
  const fromText = shortened(base);
  const from = {
    ...{ key: `${owner}\nFROM`, chain, line, endLine: stage.instructions[0]?.endLine ?? line },
    ...{ keyword: 'FROM', text: fromText, short: fromText, sources: baseStage === undefined ? [] : [baseStage] },
  };
  const steps = stage.instructions
    .filter(({ keyword, vertexNumber }) => keyword !== 'FROM' && vertexNumber !== undefined)
    .map(step);
  const endLine = stage.instructions.at(-1)?.endLine ?? line;
  return {
    ...{ id: stageId(index), index, name, line, endLine, base: fromText, baseStage, rootBase, final, reachable },
    ...{ from, steps },
  };
}

const withoutFlags = (text: string, { keyword }: InstructionModel) =>
  keyword === 'RUN' ? text.replace(/^(?:--\S+ )+/, '') : text;

function shortened(text: string): string {
  return text.length > stepTextCharactersMax ? `${text.slice(0, stepTextCharactersMax)}…` : text;
}

interface Use {
  from: string;
  kind: EdgeKind;
  source: number | undefined;
  image: string | undefined;
  line: number;
}

/** Everything that a stage needs, also by what a stage below it said with ONBUILD. */
function usesOf(stage: StageModel, model: DockerfileModel): Use[] {
  const { baseStage, line } = stage;
  const uses: Use[] =
    baseStage === undefined
      ? []
      : [{ from: stageId(baseStage), kind: 'base', source: baseStage, image: undefined, line }];
  const held = model.stages[baseStage ?? -1]?.instructions.flatMap((instruction) => instruction.onbuild ?? []) ?? [];
  for (const instruction of [...held, ...stage.instructions]) {
    const kind = instruction.keyword === 'RUN' ? 'mount' : 'copy';
    for (const source of sourcesOf(instruction, model)) {
      const isStage = typeof source === 'number';
      uses.push({
        ...{ from: isStage ? stageId(source) : imageId(source), kind, line: instruction.line },
        ...{ source: isStage ? source : undefined, image: isStage ? undefined : source },
      });
    }
  }
  return uses;
}

/** Stages by their index, images by their name. */
function sourcesOf(instruction: InstructionModel, { stages }: DockerfileModel): (number | string)[] {
  const found: (number | string)[] = [];
  if (instruction.copy?.from !== undefined) found.push(instruction.copy.fromStage ?? instruction.copy.from);
  for (const { from } of instruction.mounts) {
    if (from === undefined) continue;
    const index = stages.findLastIndex((stage) => stage.name === from.toLowerCase());
    found.push(index < 0 ? from : index);
  }
  return found;
}

function addImage(images: Map<string, GraphImage>, name: string, use: { line: number; reachable: boolean }): void {
  const known = images.get(name);
  const reachable = use.reachable || (known?.reachable ?? false);
  images.set(name, { id: imageId(name), name: shortened(name), line: known?.line ?? use.line, reachable });
}

function addEdge(edges: Map<string, GraphEdge>, { from, kind, source, line }: Use, stage: StageModel): void {
  const id = `${kind} ${from} ${stage.index}`;
  const known = edges.get(id);
  if (known) {
    known.lines.push(line);
    return;
  }
  const to = stageId(stage.index);
  edges.set(id, { id, from, to, kind, source, target: stage.index, lines: [line], reachable: stage.reachable });
}

const instructions = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/** Why a text can't be drawn, and where. */
export interface Unreadable {
  line: number;
  what: 'no-from' | 'keyword' | 'base' | 'long';
}

/** Undefined when it can be drawn. */
export function unreadable(model: DockerfileModel): Unreadable | undefined {
  if (model.instructions.length > 0 && model.stages.length === 0)
    return { line: model.instructions[0]?.line ?? 1, what: 'no-from' };
  for (const { keyword, line, stage } of model.instructions) {
    if (!instructions.has(keyword)) return { line, what: 'keyword' };
    if (stage === undefined && keyword !== 'ARG') return { line, what: 'no-from' };
  }
  const empty = model.stages.find((stage) => stage.base === '');
  return empty && { line: empty.line, what: 'base' };
}

/** The stage that a line of the text belongs to. */
export function stageOfLine(stages: readonly GraphStage[], line: number): GraphStage | undefined {
  return stages.findLast((stage) => stage.line <= line);
}

/** The step that a line of the text belongs to. */
export function stepOfLine(stage: GraphStage | undefined, line: number): GraphStep | undefined {
  return stage && [stage.from, ...stage.steps].find((step) => step.line <= line && line <= step.endLine);
}
