/** How long cached steps took when they last ran: what the cache saved. Pure. */
import type { VertexReport } from '../../../grader/contract/report.ts';

export interface EarlierAttempt {
  attempt: number;
  vertexes: readonly VertexReport[];
}

export interface Saved {
  ms: number;
  /** The attempt that ran it. */
  attempt: number;
}

/** What a step does, without its number: `[build 3/6] RUN npm ci` → `RUN npm ci`. */
export function stepText(name: string): string {
  return name.replace(/^\[[^\]]*\] /, '');
}

/**
 * By vertex; one that no earlier attempt ran has no entry.
 * @param earlier newest first
 */
export function savedTimes<Vertex extends VertexReport>(
  vertexes: readonly Vertex[],
  earlier: readonly EarlierAttempt[],
): Map<Vertex, Saved> {
  const saved = new Map<Vertex, Saved>();
  for (const vertex of vertexes) {
    if (!vertex.cached) continue;
    for (const { attempt, vertexes: others } of earlier) {
      const ran = lastRun(vertex, others);
      if (!ran) continue;
      saved.set(vertex, { ms: ran.durationMs, attempt });
      break;
    }
  }
  return saved;
}

/** The same instruction, in the same stage if there it ran too. */
function lastRun(vertex: VertexReport, others: readonly VertexReport[]): VertexReport | undefined {
  const text = stepText(vertex.name);
  const ran = others.filter((other) => !other.cached && other.error === undefined && stepText(other.name) === text);
  return ran.find((other) => other.stage === vertex.stage) ?? ran[0];
}
