/**
 * The cache lab: builds what was submitted as it is, edits one file of the app, builds again, and says of each step what
 * the second build did with it. Nothing is judged, and no image is kept.
 */

import { buildImage } from './build/run-buildx.ts';
import { admitText } from './build-and-collect.ts';
import { outcomesOf } from './checks/prediction/outcomes.ts';
import type { RebuildResult, RebuiltStep } from './contract/rebuild.ts';
import type { VertexReport } from './contract/report.ts';
import { isRefused } from './dockerfile/admit.ts';
import type { DockerfileModel } from './dockerfile/model.ts';
import { plainText } from './evidence/plain-text.ts';
import { rebuildAfterEdit } from './evidence/rebuild.ts';
import type { GradeOptions, GradeRequest } from './grade-submission.ts';
import { limits } from './limits.ts';
import type { GradingRoom } from './open-grader.ts';
import { openWorkplace } from './workplace.ts';

export interface RebuildRequest extends Pick<GradeRequest, 'exercise' | 'dockerfile' | 'dockerignore' | 'learner'> {
  /** A file of the app. */
  edit: string;
}

/** A Dockerfile that fails is a resolved promise; only our own faults and cancellation reject. */
export type Rebuild = (request: RebuildRequest, options: GradeOptions) => Promise<RebuildResult>;

export function createRebuilder(room: GradingRoom): Rebuild {
  return async (request, options) => {
    const { emit, signal } = options;
    const { edit } = request;
    const exercise = room.exercises.get(request.exercise);
    emit({ type: 'phase', phase: 'admit' });
    const admission = admitText(request, room);
    const refused = admission.findings.find(({ severity }) => severity === 'error');
    if (isRefused(admission.findings)) return { ok: false, message: refused?.message, durationMs: 0, steps: [] };
    emit({ type: 'phase', phase: 'prepare' });
    const workplace = await openWorkplace({ exercise, request, admission }, room, signal);
    try {
      const { builtFrom, slot } = workplace;
      const access = { engine: room.engine, slot, signal };
      const model = admission.dockerfile;
      emit({ type: 'phase', phase: 'build', detail: 'Building it as it was' });
      // What the cache has lost since would otherwise run again and look as if the edit were the reason.
      const before = await buildImage({ ...builtFrom, model, output: 'none' }, { ...access, emit });
      if (!before.ok) return { ok: false, message: failureText(before.failure?.raw), durationMs: 0, steps: [] };
      emit({ type: 'phase', phase: 'evidence', detail: `Building again after an edit of ${edit}` });
      const {
        ok,
        vertexes,
        message,
        durationMs = 0,
      } = await rebuildAfterEdit({ build: builtFrom, model, edit }, access);
      return { ok, ...(!ok && { message: failureText(message) }), durationMs, steps: stepsOf(model, vertexes, edit) };
    } finally {
      await workplace.close();
    }
  };
}

const failureText = (raw: string | undefined) => plainText(raw ?? 'The build failed.', 1_000).trim();

const keywords = ['RUN', 'COPY', 'ADD'];

/** Pure: each step of the stages that the image needs, in the order of the file. */
export function stepsOf(
  model: DockerfileModel | undefined,
  vertexes: readonly VertexReport[],
  edit: string,
): RebuiltStep[] {
  const outcomes = outcomesOf({ dockerfile: model, vertexes, edit });
  const steps = (model?.instructions ?? []).filter(({ keyword, stage }) => {
    return keywords.includes(keyword) && stage !== undefined && model?.stages[stage]?.reachable === true;
  });
  return steps.flatMap(({ keyword, text, line }) => {
    const outcome = outcomes.get(line);
    if (outcome === undefined) return [];
    const times = vertexes.filter((vertex) => vertex.line === line).map(({ durationMs }) => durationMs);
    const shown = plainText(`${keyword} ${text}`, limits.evidence.rebuiltStepTextMax);
    return { line, text: shown, ...outcome, durationMs: Math.max(0, ...times) };
  });
}
