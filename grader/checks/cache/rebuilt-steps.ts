import type { VertexReport } from '../../contract/report.ts';
import type { DockerfileModel } from '../../dockerfile/model.ts';
import { instructionAt } from '../dockerfile-walk.ts';
import { onLine, quote } from '../show.ts';

/** One step of a build, from its vertex. */
export interface RebuiltStep {
  keyword: string;
  /** Its text as written, where its line is known, and as BuildKit names it (variables expanded). */
  texts: string[];
  stage: string;
  /** Its place in its stage. */
  number: number;
  line: number | undefined;
  cached: boolean;
  /** `` `RUN npm ci` on line 4``. */
  title: string;
}

/** `[builder 3/6] RUN npm ci`, `[3/6] RUN npm ci`, `[linux/amd64 builder 3/6] RUN npm ci`. */
const VERTEX_NAME = /^\[(?:(?<stage>[^\]]*) )?(?<number>\d+)\/\d+\] (?<keyword>[A-Z]+)(?: (?<text>[\s\S]*))?$/;

/** Leaves out FROM and BuildKit's own vertexes: what they say about the cache means nothing. */
export function readSteps(vertexes: readonly VertexReport[], dockerfile: DockerfileModel | undefined): RebuiltStep[] {
  return vertexes.flatMap((vertex) => {
    const { stage = '', number, keyword, text = '' } = VERTEX_NAME.exec(vertex.name)?.groups ?? {};
    if (keyword === undefined || keyword === 'FROM') return [];
    const instruction = instructionAt(dockerfile, vertex.line);
    // An ONBUILD trigger stands on the line of another instruction.
    const written = instruction?.keyword === keyword ? instruction.text : undefined;
    return {
      keyword,
      texts: written === undefined ? [text] : [written, text],
      stage,
      number: Number(number),
      line: vertex.line,
      cached: vertex.cached,
      title: `${quote(`${keyword} ${written ?? text}`, 80)}${onLine(vertex.line)}`,
    };
  });
}
