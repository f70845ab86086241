/**
 * Which stage needs which, which ones a build reaches, and the numbers BuildKit gives to vertexes.
 */
import type { DockerfileModel, InstructionModel, StageModel } from './model.ts';

const vertexKeywords = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/** Fills in bases, references, reachability and vertex numbers of a model whose stages hold their instructions. */
export function linkStages(model: DockerfileModel, target: string | undefined): void {
  const { stages } = model;
  const named = new Map<string, number>();
  for (const stage of stages) {
    // Names are kept in lower case and FROM compares as written, so `FROM Builder` finds no stage.
    stage.baseStage = named.get(stage.base);
    if (stage.name !== undefined) named.set(stage.name, stage.index);
    const base = stage.baseStage === undefined ? undefined : stages[stage.baseStage];
    stage.rootBase = base?.rootBase ?? stage.base;
  }
  for (const instruction of model.instructions) {
    if (instruction.copy?.from !== undefined) instruction.copy.fromStage = findStage(instruction.copy.from, stages);
    const held = instruction.onbuild?.copy;
    if (held?.from !== undefined) held.fromStage = findStage(held.from, stages);
  }
  const shipped = (target === undefined ? undefined : stages[findStage(target, stages) ?? -1]) ?? stages.at(-1);
  if (shipped !== undefined) {
    shipped.final = true;
    reach(shipped, stages);
  }
  numberVertexes(model);
}

/** The same text with another stage to ship, as `--target` makes it; the last stage when there is no such one. */
export function retarget(model: DockerfileModel, target: string): DockerfileModel {
  const stages = model.stages.map((stage) => ({ ...stage, final: false, reachable: false }));
  const shipped = stages[findStage(target, stages) ?? stages.length - 1];
  if (shipped !== undefined) {
    shipped.final = true;
    reach(shipped, stages);
  }
  return { ...model, stages };
}

/** The stage that `COPY --from=` or `--target` means: by name in any case, or by number. */
export function findStage(reference: string, stages: StageModel[]): number | undefined {
  const name = reference.toLowerCase();
  // BuildKit's table of names keeps the last stage of a name.
  const named = stages.findLastIndex((stage) => stage.name === name);
  if (named !== -1) return named;
  if (!/^\+?[0-9]{1,4}$/.test(reference)) return undefined;
  const index = Number(reference);
  return index < stages.length ? index : undefined;
}

/** The stage that a `RUN --mount=from=` means: names only. */
export function findNamedStage(reference: string, stages: StageModel[]): number | undefined {
  const named = stages.findLastIndex((stage) => stage.name === reference.toLowerCase());
  return named === -1 ? undefined : named;
}

/** Instructions that a stage runs before its own because a stage below it said ONBUILD. */
export function triggersOf(stage: StageModel, stages: StageModel[]): InstructionModel[] {
  const base = stage.baseStage === undefined ? undefined : stages[stage.baseStage];
  return (base?.instructions ?? []).flatMap((instruction) => instruction.onbuild ?? []);
}

/** Stages that an instruction takes files from. */
export function sourcesOf(instruction: InstructionModel, stages: StageModel[]): number[] {
  const found: number[] = [];
  if (instruction.copy?.fromStage !== undefined) found.push(instruction.copy.fromStage);
  for (const mount of instruction.mounts) {
    const stage = mount.from === undefined ? undefined : findNamedStage(mount.from, stages);
    if (stage !== undefined) found.push(stage);
  }
  return found;
}

function reach(from: StageModel, stages: StageModel[]): void {
  const waiting = [from];
  for (let stage = waiting.pop(); stage !== undefined; stage = waiting.pop()) {
    if (stage.reachable) continue;
    stage.reachable = true;
    const needed = [...stage.instructions, ...triggersOf(stage, stages)].flatMap((each) => sourcesOf(each, stages));
    if (stage.baseStage !== undefined) needed.push(stage.baseStage);
    for (const index of needed) {
      const next = stages[index];
      if (next !== undefined) waiting.push(next);
    }
  }
}

function numberVertexes(model: DockerfileModel): void {
  const { stages } = model;
  // Images named by COPY --from and RUN --mount are stages to BuildKit, so the only FROM then has a name.
  const alone = stages.length === 1 && !model.instructions.some((each) => usesImplicitStage(each, stages));
  for (const stage of stages) {
    stage.vertexPrefix = alone ? '' : (stage.name ?? `stage-${stage.index}`);
    for (const { instruction, number, triggered } of vertexesOf(stage, stages).steps) {
      // A trigger has no number of its own because it may run in several stages.
      if (!triggered) instruction.vertexNumber = number;
    }
  }
}

/** One vertex of a stage. A triggered one stands on the line of the ONBUILD that held it back. */
export interface StageVertex {
  instruction: InstructionModel;
  number: number;
  triggered: boolean;
}

/** The vertexes of a stage in order, and how many of them BuildKit says there are: with `WORKDIR /`, without triggers. */
export function vertexesOf(stage: StageModel, stages: StageModel[]): { steps: StageVertex[]; total: number } {
  const steps: StageVertex[] = [];
  let total = 0;
  let directory = '';
  const take = (instruction: InstructionModel, triggered: boolean): void => {
    if (instruction.keyword === 'FROM') {
      if (stage.baseStage !== undefined || stage.base === 'scratch') return;
    } else if (!vertexKeywords.has(instruction.keyword)) return;
    if (!triggered) total += 1;
    if (instruction.keyword === 'WORKDIR') {
      directory = workdirAfter(directory, instruction.words?.[0] ?? '');
      if (directory === '/') return;
    }
    steps.push({ instruction, number: steps.length + 1, triggered });
  };
  const [from, ...rest] = stage.instructions;
  if (from !== undefined) take(from, false);
  for (const trigger of triggersOf(stage, stages)) take(trigger, true);
  for (const instruction of rest) take(instruction, false);
  return { steps, total };
}

function usesImplicitStage(instruction: InstructionModel, stages: StageModel[]): boolean {
  if (instruction.copy?.from !== undefined && instruction.copy.fromStage === undefined) return true;
  return instruction.mounts.some((mount) => {
    const from = mount.from ?? 'scratch';
    return findNamedStage(from, stages) === undefined;
  });
}

/** Empty while it still depends on the base image. `WORKDIR /` makes no vertex. */
function workdirAfter(current: string, path: string): string {
  if (path.startsWith('/')) return normalized(path);
  return current === '' ? '' : normalized(`${current}/${path}`);
}

/** An absolute path without `.`, `..` and doubled slashes. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
