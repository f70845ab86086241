import { z } from 'zod';
import type { Evidence, RebuildEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { failed, notCollected, passed, unreadableDockerfile } from '../judgement.ts';
import { contextPathParam } from '../params.ts';
import { count, list, plain, quote, sentence } from '../show.ts';
import { outcomesOf } from './outcomes.ts';
import { changedFromStarter, misplacedIn, predictionsOf } from './predictions.ts';

const schema = z.strictObject({
  /** A file of the app, relative to its folder. */
  edit: contextPathParam,
  /** Instructions that need a prediction; others that make a step may have one. */
  steps: z
    .array(z.enum(['RUN', 'COPY', 'ADD', 'WORKDIR']))
    .min(1)
    .default(['RUN', 'COPY', 'ADD']),
  /** The instructions have to be those of the starter: only comments are added. */
  unchanged: z.boolean().default(true),
});
type Params = z.infer<typeof schema>;

export const prediction: CheckType<Params> = {
  type: 'prediction',
  schema,
  judges: 'image',
  expected: ({ edit, steps }) =>
    `Above each ${list(steps)} stands a comment, # cached, # runs or # skipped, that says what a build after an edit of ${edit} does with it.`,
  why: 'Who can say beforehand which steps run again can put the lines in the order that keeps builds short, and sees at once why a build became slow.',
  needs: ({ edit }, checkId) => [{ kind: 'rebuild', id: checkId, edit }],
  judge(params, evidence, checkId) {
    const { dockerfile } = evidence;
    if (dockerfile === undefined) return unreadableDockerfile();
    const rebuild = Object.hasOwn(evidence.rebuilds, checkId) ? evidence.rebuilds[checkId] : undefined;
    if (rebuild === undefined) return notCollected('a second build');
    if (!rebuild.ok) {
      const message = `The build after an edit of ${params.edit} failed: ${sentence(plain(rebuild.message ?? 'no reason was given', 300))}`;
      return failed({ actual: 'the second build failed', message });
    }
    const text =
      (params.unchanged ? changedFromStarter(dockerfile, evidence.starterText) : undefined) ?? misplacedIn(dockerfile);
    return text ?? judgePredictions(params, { evidence, rebuild });
  },
};

function judgePredictions(
  { steps, edit }: Params,
  { evidence, rebuild }: { evidence: Evidence; rebuild: RebuildEvidence },
): Judgement {
  const predictions = predictionsOf(evidence.dockerfile, steps);
  const outcomes = outcomesOf({ dockerfile: evidence.dockerfile, vertexes: rebuild.vertexes, edit });
  const silent = predictions.filter(({ says }) => says === undefined);
  const first = silent[0];
  if (predictions.length === 0) {
    const message = `There is no ${list(steps)} in this Dockerfile, so there is nothing to predict.`;
    return failed({ actual: 'nothing to predict', message, line: evidence.dockerfile?.stages[0]?.line });
  }
  // Before all predictions stand there, not one is told: a comment must be a guess, not an elimination.
  if (first !== undefined) {
    const lines = silent.map(({ instruction }) => `${instruction.line}`);
    const message = `${count(silent.length, 'step')} of ${predictions.length} ${silent.length === 1 ? 'has' : 'have'} no prediction, on ${lines.length === 1 ? 'line' : 'lines'} ${list(lines, 8)}. Write # cached, # runs or # skipped on a line of its own directly above.`;
    return failed({
      actual: `${predictions.length - silent.length} of ${predictions.length} predicted`,
      message,
      line: first.instruction.line,
    });
  }
  const details = predictions.map(({ instruction, says, line }) => {
    const { did, because } = outcomes.get(instruction.line) ?? {
      did: 'skipped',
      because: 'the second build has no such step',
    };
    const title = quote(`${instruction.keyword} ${instruction.text}`, 80);
    const ok = says === did;
    const message = ok
      ? `${title}: ${words[did]}, as you said.`
      : `${title}: you said ${says}, but it ${words[did]}: ${because}.`;
    return { line: line ?? instruction.line, ok, message };
  });
  const wrong = details.filter(({ ok }) => !ok);
  const right = details.length - wrong.length;
  if (wrong.length === 0) {
    const message = `All ${count(details.length, 'prediction')} came true after an edit of ${edit}.`;
    return { ...passed(`${right} of ${details.length} right`, message), details };
  }
  const message = `${wrong.length} of ${count(details.length, 'prediction')} did not come true after an edit of ${edit}. ${wrong[0]?.message}`;
  return { ...failed({ actual: `${right} of ${details.length} right`, message, line: wrong[0]?.line }), details };
}

const words = { cached: 'came from the cache', runs: 'ran again', skipped: 'was not run at all' };
