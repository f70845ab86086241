/**
 * Where the vertexes of BuildKit's graph come from in the Dockerfile.
 *
 * Their names alone don't tell: two builds that run at the same time share equal vertexes (FROM, WORKDIR), and BuildKit
 * shows both the name that the first one gave. So the graph is walked from its end along the inputs, and names only
 * help where that finds nothing.
 */
import type { DockerfileModel, InstructionModel, StageModel } from '../dockerfile/model.ts';
import { findNamedStage, type StageVertex, vertexesOf } from '../dockerfile/stage-graph.ts';
import type { SolveVertex } from './rawjson.ts';

export interface VertexPlace {
  /** BuildKit's name, or what it would be if no other build had named it. */
  name: string;
  stage: string | undefined;
  instruction: string | undefined;
  line: number | undefined;
  /** BuildKit's own work: loading the context, exporting. Its `cached` means nothing, nor does a FROM's. */
  internal: boolean;
}

/** `[builder 3/6] RUN npm ci`, `[linux/amd64 builder 3/6] …`, `[3/6] …` */
const stepName = /^\[(?:(?<prefix>[^\]]*?) )?\s*(?<number>\d+)\/\d+\] (?<text>(?<keyword>[A-Z]+)[\s\S]*)$/;

/** Its AS name, or its number. */
export function nameOf(stage: StageModel): string {
  return stage.name ?? String(stage.index);
}

interface Node {
  name: string;
  inputs: string[];
}

interface Step extends StageVertex {
  stage: StageModel;
  total: number;
}

export class VertexPlaces {
  private readonly model: DockerfileModel | undefined;
  private readonly nodes = new Map<string, Node>();
  private readonly placed = new Map<string, VertexPlace>();
  /** Digest of the last step of the final stage, as far as is known. */
  private end: string | undefined;

  constructor(model: DockerfileModel | undefined) {
    this.model = model;
  }

  /**
   * Takes in vertexes as they are listed. Mostly the whole graph comes in one piece; where it comes in several, what
   * looked like its end was none, and all is placed anew.
   *
   * @returns whether places given out before may be others now
   */
  learn(vertexes: readonly SolveVertex[]): boolean {
    const news = vertexes.filter((vertex) => !this.nodes.has(vertex.digest));
    for (const { digest, name, inputs } of news) this.nodes.set(digest, { name, inputs });
    const final = this.model?.stages.find((stage) => stage.final);
    if (final === undefined || news.length === 0) return false;
    const used = new Set([...this.nodes.values()].flatMap((node) => node.inputs));
    const steps = [...this.nodes].filter(([, { name, inputs }]) => inputs.length > 0 && keywordOf(name) !== undefined);
    const ends = steps.flatMap(([digest]) => (used.has(digest) ? [] : [digest]));
    if (ends.length !== 1 || ends[0] === undefined || ends[0] === this.end) return false;
    this.end = ends[0];
    this.placed.clear();
    this.walk(this.end, this.chain(final));
    return true;
  }

  placeOf(vertex: Pick<SolveVertex, 'digest' | 'name'>): VertexPlace {
    const known = this.placed.get(vertex.digest);
    if (known !== undefined) return known;
    const place = placeByName(this.nodes.get(vertex.digest)?.name ?? vertex.name, this.model);
    this.placed.set(vertex.digest, place);
    return place;
  }

  /** Everything that these need, without themselves. */
  below(digests: string[]): Set<string> {
    const found = new Set<string>();
    const waiting = [...digests];
    for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
      for (const input of this.nodes.get(digest)?.inputs ?? []) {
        if (found.has(input)) continue;
        found.add(input);
        waiting.push(input);
      }
    }
    return found;
  }

  /** All vertexes below the end of a stage, from its base image up. */
  private chain(stage: StageModel): Step[] {
    const stages = this.model?.stages ?? [];
    const base = stage.baseStage === undefined ? undefined : stages[stage.baseStage];
    const { steps, total } = vertexesOf(stage, stages);
    return [...(base === undefined ? [] : this.chain(base)), ...steps.map((step) => ({ ...step, stage, total }))];
  }

  /** Lays the graph below `digest` beside the steps that led to it. */
  private walk(digest: string, steps: Step[]): void {
    const step = steps.at(-1);
    const node = this.nodes.get(digest);
    if (step === undefined || node === undefined || this.placed.has(digest)) return;
    // Something else than expected: better no line than a wrong one.
    if (keywordOf(node.name) !== step.instruction.keyword) return;
    this.placed.set(digest, placeOfStep(node.name, step));
    const before = steps.slice(0, -1);
    const [below, ...others] = before.length > 0 ? node.inputs : [undefined, ...node.inputs];
    if (below !== undefined) this.walk(below, before);
    const sources = this.sourcesOf(step.instruction);
    if (others.length !== sources.length) return;
    for (const [at, source] of sources.entries()) {
      if (source !== undefined) this.walk(others[at] ?? '', this.chain(source));
    }
  }

  /** What an instruction reads beside its own stage, one per input; undefined for the context and for images. */
  private sourcesOf(instruction: InstructionModel): (StageModel | undefined)[] {
    const stages = this.model?.stages ?? [];
    if (instruction.copy !== undefined) {
      return [instruction.copy.fromStage === undefined ? undefined : stages[instruction.copy.fromStage]];
    }
    const mounted = instruction.mounts
      .filter((mount) => mount.from !== undefined || (mount.type ?? 'bind') === 'bind')
      .map((mount) => (mount.from === undefined ? undefined : findNamedStage(mount.from, stages)));
    return [...new Set(mounted)].map((index) => (index === undefined ? undefined : stages[index]));
  }
}

function keywordOf(name: string): string | undefined {
  return stepName.exec(name)?.groups?.keyword ?? /^(FROM) /.exec(name)?.[1];
}

function placeOfStep(name: string, { instruction, stage, number, total }: Step): VertexPlace {
  const text = stepName.exec(name)?.groups?.text ?? name;
  const count = `${String(number).padStart(String(total).length)}/${total}`;
  const head = stage.vertexPrefix === '' ? count : `${stage.vertexPrefix} ${count}`;
  const { keyword, line } = instruction;
  return { name: `[${head}] ${text}`, stage: nameOf(stage), instruction: keyword, line, internal: false };
}

function placeByName(name: string, model: DockerfileModel | undefined): VertexPlace {
  const match = stepName.exec(name)?.groups;
  if (match === undefined) return placeOfBase(name, model);
  const prefix = match.prefix?.split(' ').at(-1) ?? '';
  const stage = model?.stages.findLast((each) => each.vertexPrefix === prefix);
  const steps = stage === undefined ? [] : vertexesOf(stage, model?.stages ?? []).steps;
  const step = steps.find((each) => each.number === Number(match.number) && each.instruction.keyword === match.keyword);
  return {
    name,
    stage: stage === undefined ? prefix || undefined : nameOf(stage),
    instruction: match.keyword,
    line: step?.instruction.line,
    internal: false,
  };
}

/** An image that is both a base and a COPY --from has no stage in its name. */
function placeOfBase(name: string, model: DockerfileModel | undefined): VertexPlace {
  const image = /^FROM (\S+)/.exec(name)?.[1];
  if (image === undefined) return { name, stage: undefined, instruction: undefined, line: undefined, internal: true };
  const plain = image.replace(/^docker\.io\/(?:library\/)?/, '').replace(/@sha256:.*$/, '');
  const stage = model?.stages.find((each) => {
    const base = each.base.replace(/^docker\.io\/(?:library\/)?/, '');
    return base === plain || `${base}:latest` === plain;
  });
  return { name, stage: stage && nameOf(stage), instruction: 'FROM', line: stage?.line, internal: false };
}
