/**
 * The way of one submission, on one page: admit, prepare, build and collect evidence in a slot, judge.
 *
 * The server's worker, the command line and the tests all call this. A learner's mistake is a value; only our own
 * faults and cancellation reject.
 */

import { admitText, buildAndCollect, refusedEvidence, sourceOfBases } from './build-and-collect.ts';
import { judgeAll, type ParsedCheck, tightened } from './checks/registry.ts';
import type { Report } from './contract/report.ts';
import type { SubmissionEvent } from './contract/submission.ts';
import { type Admission, isRefused } from './dockerfile/admit.ts';
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts';
import type { Evidence, ImageEvidence } from './evidence/evidence.ts';
import { imageReport, rebuildReports, stageReports } from './evidence/to-report.ts';
import { type Exercise, neededBy } from './exercises/exercise.ts';
import type { GradingRoom } from './open-grader.ts';
import { starterSize } from './starter-size.ts';
import { scoreOf } from './verdict/score.ts';
import { verdictOf } from './verdict/sum-up.ts';
import { openWorkplace, type Work } from './workplace.ts';

/** What to grade. */
export interface GradeRequest {
  /** Slug of the exercise. */
  exercise: string;
  dockerfile: string;
  dockerignore?: string | undefined;
  /** Whose it is: separates cache mounts and the queue's fairness. */
  learner: string;
  /** Id of the submission: what it builds is kept for a while, for its learner to look into. */
  submission?: string | undefined;
  /** Build without any cached vertex, as `verify` does. */
  clean?: boolean | undefined;
  /** Judge only these, by their ids, and collect only what they need. @default all of the exercise's checks */
  checks?: readonly string[] | undefined;
  /** Judged besides: the page of a check may bring one that the exercise does not have. */
  besides?: ParsedCheck | undefined;
  /** Lower the limits of sizes by this share: whether it passes with something to spare. */
  spare?: number | undefined;
  /** The stage to ship instead of the last one, and values for ARGs: for Dockerfiles in the text of a lesson. */
  target?: string | undefined;
  buildArgs?: Record<string, string> | undefined;
}

export interface GradeOptions {
  emit: (event: SubmissionEvent) => void;
  signal: AbortSignal;
  /** Told about the image's layers with all their files, which are too much for a report. */
  onLayers?: ((layers: ImageEvidence['layers']) => void) | undefined;
}

/** Grades one submission. A failing learner is a resolved promise; only our own faults and cancellation reject. */
export type Grade = (request: GradeRequest, options: GradeOptions) => Promise<Report>;

export function createGrader(room: GradingRoom): Grade {
  return async (request, options) => {
    const { emit } = options;
    const exercise = room.exercises.get(request.exercise);

    emit({ type: 'phase', phase: 'admit' });
    const admission = withAgent(admitText(request, room), exercise);

    const found = isRefused(admission.findings)
      ? refusedEvidence(admission)
      : await buildInSlot({ exercise, request, admission }, room, options);
    if (found.image !== undefined) options.onLayers?.(found.image.layers);
    const evidence = { ...found, starterText: parseDockerfile(exercise.starter.dockerfile) };

    emit({ type: 'phase', phase: 'judge' });
    const checks = judgeAll(wantedChecks(exercise, request), evidence);
    for (const check of checks) emit({ type: 'check', check });
    return {
      verdict: verdictOf({ build: evidence.build, checks }),
      checks,
      ...(exercise.score !== undefined && { score: scoreOf(exercise.score, { checks, evidence }) }),
      build: evidence.build,
      image: evidence.image && imageReport(evidence.image, evidence.dockerfile),
      stages: stageReports(evidence.dockerfile),
      ...rebuildReports(evidence.rebuilds),
      catalogue: { source: sourceOfBases(admission, room) },
    };
  };
}

function wantedChecks({ checks }: Exercise, { checks: wanted, besides, spare }: GradeRequest): ParsedCheck[] {
  const ofExercise = wanted === undefined ? checks : checks.filter(({ id }) => wanted.includes(id));
  const chosen = besides === undefined ? ofExercise : [...ofExercise, besides];
  return spare === undefined ? chosen : chosen.map((check) => tightened(check, spare));
}

/** Where the exercise gives its builds an SSH agent, there is nothing to warn of. */
function withAgent(admission: Admission, { needs }: Exercise): Admission {
  if (!needs.some(({ kind }) => kind === 'ssh')) return admission;
  return { ...admission, findings: admission.findings.filter(({ rule }) => rule !== 'run-ssh') };
}

interface GradeWork extends Work {
  request: GradeRequest;
}

/** Everything that needs the engine; what was made for it is gone when its slot is taken again. */
async function buildInSlot(work: GradeWork, room: GradingRoom, { emit, signal }: GradeOptions): Promise<Evidence> {
  const { exercise, request, admission } = work;
  emit({ type: 'phase', phase: 'prepare' });
  const workplace = await openWorkplace(work, room, signal);
  try {
    const { slot, builtFrom, sshSeed } = workplace;
    const { learner, submission } = request;
    const keepAs = submission === undefined ? undefined : { learner, exercise: exercise.slug, submission };
    const needs = neededBy(wantedChecks(exercise, request), exercise.run);
    return await buildAndCollect(
      {
        ...{ admission, builtFrom, noCache: request.clean, needs, run: exercise.run, sshSeed, keepAs },
        ...{ contextFiles: exercise.appFiles.map(({ path }) => path), dockerignore: request.dockerignore },
        starterSize: (starterSignal) => starterSize(exercise, room, { slot, signal: starterSignal }),
      },
      room,
      { slot, emit, signal },
    );
  } finally {
    await workplace.close();
  }
}
