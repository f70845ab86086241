/** Where a vertex of BuildKit's graph comes from in the Dockerfile. */
import type { DockerfileModel, InstructionModel, StageModel } from './dockerfile.ts';

export interface VertexPlace {
  stage: string | undefined;
  instruction: string | undefined;
  line: number | undefined;
  /** BuildKit's own work: loading the context, exporting. Its `cached` means nothing, nor does a FROM's. */
  internal: boolean;
}

/** `[builder 3/6] RUN npm ci`, `[linux/amd64 builder 3/6] …`, `[3/6] …`, `FROM docker.io/library/node:20`. */
const stepName = /^\[(?:(?<prefix>[^\]]*?) )?\s*(?<number>\d+)\/\d+\] (?<keyword>[A-Z]+)/;

export function placeOfVertex(name: string, model: DockerfileModel | undefined): VertexPlace {
  const match = stepName.exec(name)?.groups;
  if (match === undefined) return placeOfBase(name, model);
  const prefix = match.prefix?.split(' ').at(-1) ?? '';
  const stage = model?.stages.findLast((each) => each.vertexPrefix === prefix);
  const found = stage?.instructions.find((each) => each.vertexNumber === Number(match.number));
  // What ONBUILD triggered has the number of no instruction of its own stage.
  const instruction = found?.keyword === match.keyword ? found : triggering(stage, model, match.keyword);
  return {
    stage: stage === undefined ? prefix || undefined : nameOf(stage),
    instruction: match.keyword,
    line: instruction?.line,
    internal: false,
  };
}

/** Its AS name, or its number. */
export function nameOf(stage: StageModel): string {
  return stage.name ?? String(stage.index);
}

function triggering(
  stage: StageModel | undefined,
  model: DockerfileModel | undefined,
  keyword: string | undefined,
): InstructionModel | undefined {
  const base = stage?.baseStage === undefined ? undefined : model?.stages[stage.baseStage];
  return base?.instructions.find((each) => each.onbuild?.keyword === keyword);
}

/** An image that is both a base and a COPY --from has no stage in its name. */
function placeOfBase(name: string, model: DockerfileModel | undefined): VertexPlace {
  const image = /^FROM (\S+)/.exec(name)?.[1];
  if (image === undefined) return { stage: undefined, instruction: undefined, line: undefined, internal: true };
  const plain = image.replace(/^docker\.io\/(?:library\/)?/, '').replace(/@sha256:.*$/, '');
  const stage = model?.stages.find((each) => {
    const base = each.base.replace(/^docker\.io\/(?:library\/)?/, '');
    return base === plain || `${base}:latest` === plain;
  });
  return { stage: stage && nameOf(stage), instruction: 'FROM', line: stage?.line, internal: false };
}
