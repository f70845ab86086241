/** The vertexes of a build as the page knows them: from its events while it runs, from its report afterwards. Pure. */
import { isPreparation, type Report, type VertexReport } from '../../../grader/contract/report.ts';
import type { SubmissionEvent } from '../../../grader/contract/submission.ts';

type VertexEvent = Extract<SubmissionEvent, { type: 'vertex' }>;

export interface LiveVertex extends VertexReport {
  status: VertexEvent['status'];
}

/** What BuildKit does for itself before the first step is left out, as in the report. */
export function withVertex(vertexes: readonly LiveVertex[], { vertex, status }: VertexEvent): readonly LiveVertex[] {
  if (isPreparation(vertex)) return vertexes;
  const live = { ...vertex, status };
  const known = vertexes.findIndex((other) => keyOf(other) === keyOf(vertex));
  return known < 0 ? [...vertexes, live] : vertexes.with(known, live);
}

export function reportedVertexes(report: Report): readonly LiveVertex[] {
  return report.build.vertexes.map((vertex) => ({ ...vertex, status: statusOf(vertex) }));
}

/** Reports from before vertexes had numbers only have names. */
export const keyOf = ({ id, name }: Pick<VertexReport, 'id' | 'name'>) => id ?? name;

function statusOf({ cached, error }: VertexReport): LiveVertex['status'] {
  if (error !== undefined) return 'failed';
  return cached ? 'cached' : 'done';
}
