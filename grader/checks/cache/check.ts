import { z } from 'zod';
import type { InstructionModel } from '../../dockerfile/model.ts';
import type { Evidence, RebuildEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { stageTitle } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { regexParam } from '../params.ts';
import { count, plain, quote, sentence } from '../show.ts';
import { type RebuiltStep, readSteps } from './rebuilt-steps.ts';

const cachedSchema = z.strictObject({
  instruction: z.enum(['RUN', 'COPY', 'ADD', 'WORKDIR']).default('RUN'),
  /** Regex over the instruction's text. */
  matches: regexParam,
  /** Of several steps that match, one from the cache is enough: a second, quick install after the sources is right too. */
  atLeastOne: z.boolean().default(false),
});

const schema = z.strictObject({
  /** A file of the app, relative to its folder. */
  edit: z.string().regex(/^(?!\/|\.\.?(?:\/|$)|.*\/\.\.(?:\/|$)).+$/, 'expected a file of the app, like src/index.ts'),
  cached: z.array(cachedSchema).min(1),
  /** That the edit has to reach the build; false for a file that .dockerignore should keep out. */
  baseline: z.boolean().default(true),
});
type Params = z.infer<typeof schema>;
type Wanted = z.infer<typeof cachedSchema>;

export const cache: CheckType<Params> = {
  type: 'cache',
  schema,
  judges: 'image',
  expected: ({ edit, cached }) =>
    `After an edit of ${edit}, ${count(cached.length, 'step')} (${cached.map(title).join(', ')}) ${cached.length === 1 ? 'is' : 'are'} taken from the cache.`,
  why: 'You edit your code many times a day and your dependencies rarely: a build that installs them again each time costs minutes, on every machine and in every CI run.',
  needs: ({ edit }, checkId) => [{ kind: 'rebuild', id: checkId, edit }],
  judge(params, evidence, checkId) {
    const rebuild = Object.hasOwn(evidence.rebuilds, checkId) ? evidence.rebuilds[checkId] : undefined;
    if (rebuild === undefined) return notCollected('a second build');
    if (!rebuild.ok) {
      const message = `The build after an edit of ${params.edit} failed: ${sentence(plain(rebuild.message ?? 'no reason was given', 300))}`;
      return failed({ actual: 'the second build failed', message });
    }
    return judgeSteps(params, { evidence, rebuild });
  },
};

function judgeSteps(
  params: Params,
  { evidence, rebuild }: { evidence: Evidence; rebuild: RebuildEvidence },
): Judgement {
  const steps = readSteps(rebuild.vertexes, evidence.dockerfile);
  const wanted = params.cached.map((step) => ({ step, found: steps.filter((each) => isStep(each, step)) }));
  const absent = wanted.find(({ found }) => found.length === 0);
  if (absent !== undefined) return noSuchStep(absent.step, evidence);
  const judged = wanted.filter(({ step, found }) => !step.atLeastOne || found.every(({ cached }) => !cached));
  const rerun = judged.flatMap(({ found }) => found).find(({ cached }) => !cached);
  if (rerun !== undefined) return ranAgain(rerun, { params, steps, evidence });
  if (params.baseline && steps.every(({ cached }) => cached)) {
    const message = `After an edit of ${params.edit} every step came from the cache: the file never reaches the build, so that proves nothing. Look at what is copied, and at .dockerignore.`;
    return failed({ actual: 'the edit reaches no step', message });
  }
  const actual = `${count(wanted.length, 'step')} cached`;
  return passed(actual, `After an edit of ${params.edit}, ${params.cached.map(title).join(', ')} came from the cache.`);
}

function isStep(step: RebuiltStep, { instruction, matches }: Wanted): boolean {
  const regex = new RegExp(matches);
  return step.keyword === instruction && step.texts.some((text) => regex.test(text));
}

function noSuchStep(wanted: Wanted, { dockerfile }: Evidence): Judgement {
  const regex = new RegExp(wanted.matches);
  const written = dockerfile?.instructions.find(
    ({ keyword, text }) => keyword === wanted.instruction && regex.test(text),
  );
  const stage = written?.stage === undefined ? undefined : dockerfile?.stages[written.stage];
  if (written !== undefined && stage?.reachable === false) {
    const message = `${instructionTitle(written)} is in ${stageTitle(stage)}, which the final image does not need, so it never ran.`;
    return failed({ actual: 'a step that never runs', message, line: written.line });
  }
  const message = `There is no step that matches ${title(wanted)}, so nothing of the kind can come from the cache.`;
  return failed({ actual: 'no such step', message });
}

interface Found {
  params: Params;
  steps: RebuiltStep[];
  evidence: Evidence;
}

function ranAgain(step: RebuiltStep, { params, steps, evidence }: Found): Judgement {
  const cause = steps.find((each) => each.stage === step.stage && each.number < step.number && !each.cached);
  const edited = `an edit of ${params.edit}`;
  const message =
    cause === undefined
      ? `${step.title} ran again after ${edited}, although nothing above it in its stage changed: it reads the file itself, or what an earlier stage made of it.`
      : `${step.title} ran again after ${edited}, because ${cause.title} above it ${reasonFor(cause, evidence)}; every step below a changed one runs again.`;
  return failed({
    actual: `${plain(`${step.keyword} ${step.texts[0] ?? ''}`, 60)} ran again`,
    message,
    line: cause?.line ?? step.line,
  });
}

function reasonFor(cause: RebuiltStep, { dockerfile }: Evidence): string {
  const copy = dockerfile?.instructions.find(({ line }) => line === cause.line)?.copy;
  if (copy?.from !== undefined) return `takes files from ${quote(copy.from, 40)}, which changed`;
  return copy === undefined ? 'changed with it' : 'takes that file in';
}

function instructionTitle({ keyword, text, line }: InstructionModel): string {
  return `${quote(`${keyword} ${text}`, 80)} on line ${line}`;
}

function title({ instruction, matches }: Wanted): string {
  return `${instruction} ${matches}`;
}
