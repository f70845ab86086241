/** Sending, reading and cancelling one's own submissions. Those of others do not exist here. */
import { Hono } from 'hono';
import { validator } from 'hono-openapi';
import { z } from 'zod';
import {
  type NewSubmission,
  newSubmissionSchema,
  type Submission,
  submissionSchema,
  submissionSummarySchema,
} from '../contract/submission.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { submitSubmission } from '../queue/submit-submission.ts';
import { cancelSubmission, findSubmission, listSubmissions } from '../store/submissions.ts';
import { type ApiDeps, requireStorage } from './deps.ts';
import { describeJson } from './describe.ts';
import { refuseInvalid } from './errors.ts';
import { requireExercise } from './exercises.ts';
import { countPerAddress, limitRate } from './rate-limits.ts';
import { jsonBodyOnly, limitBody } from './security.ts';
import { currentLearner, currentOrNewLearner } from './session.ts';

const listQuerySchema = z.object({ exercise: z.string().max(100).optional().describe('slug of an exercise') });
const idSchema = z.uuid();

const noSuchSubmission = () => new StagecraftError('not_found', 'There is no such submission of yours.');

/** The learner who asks and the id they ask for. @throws StagecraftError `not_found` */
export async function requireOwn(c: Parameters<typeof currentLearner>[0], deps: ApiDeps) {
  const id = c.req.param('id') ?? '';
  const learner = await currentLearner(c, deps);
  if (!learner || !idSchema.safeParse(id).success) throw noSuchSubmission();
  return { id, learnerId: learner.id };
}

export async function requireSubmission(deps: ApiDeps, own: { id: string; learnerId: string }): Promise<Submission> {
  const found = await findSubmission(requireStorage(deps).store.db, own);
  if (!found) throw noSuchSubmission();
  return found;
}

function refuseUnfitText(name: string, text: string, bytesMax: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesMax) {
    throw new StagecraftError(
      'too_large',
      `The ${name} has ${Math.ceil(bytes / 1024)} KB, and at most ${bytesMax / 1024} KB are taken. Make it shorter.`,
    );
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const line = text.slice(0, nul).split('\n').length;
    throw new StagecraftError(
      'bad_input',
      `The ${name} must be text, but line ${line} has a NUL character. Remove it.`,
    );
  }
}

function refuseUnfit({ dockerfile, dockerignore }: NewSubmission): void {
  refuseUnfitText('Dockerfile', dockerfile, limits.admit.dockerfileBytes);
  refuseUnfitText('.dockerignore', dockerignore ?? '', limits.admit.dockerignoreBytes);
}

/** Refused only when it can't be graded at all here; what is still being made ready is waited for in the queue. */
export async function refuseUngradable(deps: ApiDeps, images: string[]): Promise<void> {
  const health = await deps.health();
  if (health.status === 'reading') {
    throw new StagecraftError(
      'not_ready',
      `This machine can show the lessons but not grade. ${health.missing.join(' ') || health.message}`,
    );
  }
  const failed = deps
    .catalogue()
    .images.find(
      ({ name, aliases, state }) => state === 'failed' && [name, ...aliases].some((each) => images.includes(each)),
    );
  if (failed) {
    throw new StagecraftError(
      'not_ready',
      `This exercise can't be graded: its base image ${failed.name} could not be made ready. ${failed.failure ?? ''}`.trim(),
    );
  }
}

const submissionAnswer = { status: 200, schema: submissionSchema };

/** What one learner may have in the queue means nothing to a script that comes as another learner each time. */
const newLearners = {
  points: limits.api.newLearnersPerAddress,
  minutes: limits.api.newLearnersMinutes,
  what: 'new learners',
  advice: 'If your browser refuses cookies, allow them for this site: without one, you are a new learner each time.',
};

export const submissionRoutes = (deps: ApiDeps) => {
  const countNewLearner = countPerAddress(newLearners);
  return new Hono()
    .post(
      '/',
      describeJson(
        'Send a Dockerfile to be graded',
        { status: 201, schema: submissionSchema },
        {
          400: 'Not as the schema says',
          404: 'No such exercise',
          413: 'Too large',
          429: 'Too many',
          503: 'This machine can not grade it',
        },
      ),
      limitRate(limits.api.submissionsPerMinutePerAddress, 'submissions'),
      limitBody,
      jsonBodyOnly,
      validator('json', newSubmissionSchema, refuseInvalid('The submission')),
      async (c) => {
        const files = c.req.valid('json');
        refuseUnfit(files);
        const exercise = requireExercise(deps, files.exercise);
        await refuseUngradable(deps, exercise.images);
        const storage = requireStorage(deps);
        const { id: learnerId } = await currentOrNewLearner(c, deps, countNewLearner);
        const submission = await submitSubmission(storage, { learnerId, files });
        c.header('Location', `/api/submissions/${submission.id}`);
        return c.json(submission, 201);
      },
    )
    .get(
      '/',
      describeJson("The learner's own submissions, newest first", {
        status: 200,
        schema: z.array(submissionSummarySchema),
      }),
      validator('query', listQuerySchema, refuseInvalid('The query')),
      async (c) => {
        const learner = await currentLearner(c, deps);
        const { exercise } = c.req.valid('query');
        return c.json(
          learner ? await listSubmissions(requireStorage(deps).store.db, { learnerId: learner.id, exercise }) : [],
        );
      },
    )
    .get(
      '/:id',
      describeJson('One submission with its report', submissionAnswer, { 404: 'No such submission' }),
      async (c) => {
        return c.json(await requireSubmission(deps, await requireOwn(c, deps)));
      },
    )
    .delete(
      '/:id',
      describeJson('Cancel a submission', submissionAnswer, {
        404: 'No such submission',
        409: 'It had already finished',
      }),
      async (c) => {
        const cancelled = await cancelSubmission(requireStorage(deps).store.db, await requireOwn(c, deps));
        if (!cancelled) throw noSuchSubmission();
        if (cancelled.state === 'finished')
          throw new StagecraftError('conflict', 'This submission has already finished, so there is nothing to cancel.');
        return c.json(cancelled);
      },
    );
};
