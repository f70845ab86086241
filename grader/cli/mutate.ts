import { styleText } from 'node:util';
import { catalogueEntries } from '../catalogue/entries.ts';
import { isCancelled, StagecraftError, sentenceFor } from '../errors.ts';
import { type ContentProblem, problemText } from '../exercises/content-problem.ts';
import type { Exercise } from '../exercises/exercise.ts';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { nearestOf } from '../lessons/nearest-of.ts';
import { limits } from '../limits.ts';
import { deriveMutants, type Mutant } from '../mutation/derive-mutants.ts';
import { mutationRules } from '../mutation/rules.ts';
import {
  type GeneralReason,
  generalFor,
  type ReadSurvivors,
  readGeneralReasons,
  readSurvivors,
  reasonsFor,
} from '../mutation/survivors.ts';
import { explainSurvivors, type TriedMutant, tryMutant, unusedReasons } from '../mutation/try-mutants.ts';
import { type OpenGrader, openGrader } from '../open-grader.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { gradingAgain } from './grade-again.ts';
import { openProgressDisplay } from './progress-display.ts';
import { inShareOrder } from './verify-order.ts';

export interface MutateOptions {
  json?: boolean;
  /** Only say what would be built. */
  list?: boolean;
  /** Only these rules. */
  rule?: string[];
}

/** Makes wrong Dockerfiles of solutions by rule, builds them, and tells which ones no check refuses. */
export async function mutate(slugs: string[], options: MutateOptions, context: CommandContext): Promise<number> {
  const library = await ExerciseLibrary.open(context.settings.contentDir);
  const exercises = slugs.length > 0 ? slugs.map((slug) => library.get(slug)) : library.all();
  const images = catalogueEntries.flatMap(({ name, aliases }) => [name, ...aliases]);
  const isWanted = wantedRules(options.rule);
  const all = exercises.map((exercise) => ({ exercise, mutants: deriveMutants(exercise, images).filter(isWanted) }));
  if (options.list) {
    process.stdout.write(options.json ? `${JSON.stringify(all.map(listed), null, 2)}\n` : all.map(listLines).join(''));
    return exitCodes.passed;
  }
  const display = openProgressDisplay();
  const grader = await openGrader({
    ...context,
    progress: display.sink,
    library,
    exercises: exercises.map(({ slug }) => slug),
  });
  try {
    await grader.isolated;
    const results: Results = { tried: [], problems: [], faults: [] };
    const general = await readGeneralReasons(context.settings.contentDir, results.problems);
    await tryAll(all, { grader, results, general, isWanted, say: display.say, signal: context.signal });
    if (slugs.length === 0 && options.rule === undefined) results.problems.push(...unusedOfAll(general, results));
    display.close();
    process.stdout.write(options.json ? jsonOf(results) : endOf(results));
    if (results.faults.length > 0) return exitCodes.graderFault;
    return unexplained(results).length + results.problems.length === 0 ? exitCodes.passed : exitCodes.notPassed;
  } finally {
    display.close();
    await grader.close();
  }
}

/** @throws StagecraftError `bad_input` with the nearest rule */
function wantedRules(wanted: string[] = []): (one: { rule: string }) => boolean {
  const known = mutationRules.map(({ id }) => id);
  const unknown = wanted.find((rule) => !known.includes(rule));
  if (unknown !== undefined) {
    throw new StagecraftError('bad_input', `There is no mutation rule "${unknown}"${nearestOf(unknown, known)}`);
  }
  return ({ rule }) => wanted.length === 0 || wanted.includes(rule);
}

interface Results {
  tried: TriedMutant[];
  problems: ContentProblem[];
  /** Mutants that the grader could not judge. */
  faults: string[];
}

interface Derived {
  exercise: Exercise;
  mutants: Mutant[];
}

interface Trying {
  grader: Pick<OpenGrader, 'grade'>;
  results: Results;
  general: ReadSurvivors<GeneralReason>;
  isWanted: (one: { rule: string }) => boolean;
  say: (text: string) => void;
  signal: AbortSignal;
}

/** In an order that shares build steps, as with `verify`. */
async function tryAll(all: Derived[], trying: Trying): Promise<void> {
  const { results, general, isWanted, say } = trying;
  // Of rules that are not tried nothing is known, of their reasons neither.
  const read = await Promise.all(all.map(({ exercise }) => readSurvivors(exercise.dir, results.problems)));
  const groups = all.map(({ exercise, mutants }, at) => {
    const own = reasonsFor(read[at] as ReadSurvivors, isWanted);
    return { exercise, mutants, reasons: { own, general: generalFor(general, exercise) } };
  });
  const cases = groups.flatMap((group) =>
    group.mutants.map((mutant) => ({ exercise: group.exercise.slug, group, mutant })),
  );
  let count = 0;
  const tried = await inShareOrder(cases, limits.slot.count, async ({ group, mutant }) => {
    const one = await tryOne(mutant, group.exercise, trying);
    count += 1;
    const [explained] = one === undefined ? [] : explainSurvivors([one], group.reasons).tried;
    if (explained !== undefined) say(`${`[${count}/${cases.length}]`.padStart(9)} ${lineOf(explained)}`);
    return one;
  });
  for (const group of groups) {
    const ofGroup = tried.filter((_, at) => cases[at]?.group === group);
    const known = ofGroup.filter((one) => one !== undefined);
    const explained = explainSurvivors(known, group.reasons);
    results.tried.push(...explained.tried);
    // With mutants missing, a reason may only seem to explain nothing.
    if (known.length === ofGroup.length) results.problems.push(...explained.problems);
  }
}

/** @returns undefined where the grader could not judge it */
async function tryOne(
  mutant: Mutant,
  exercise: Exercise,
  { grader, results, say, signal }: Trying,
): Promise<Omit<TriedMutant, 'reason'> | undefined> {
  try {
    return await tryMutant(mutant, exercise, { grade: gradingAgain(grader.grade, say), signal });
  } catch (error) {
    if (isCancelled(error)) throw error;
    results.faults.push(`${exercise.slug} · ${titleOf(mutant)}: ${sentenceFor(error)}`);
    return undefined;
  }
}

/** A general reason is used when one exercise needs it, which only shows when all are tried. */
function unusedOfAll(general: ReadSurvivors<GeneralReason>, { tried, faults }: Results): ContentProblem[] {
  const isUsed = ({ rule, reason }: GeneralReason) =>
    tried.some((each) => each.mutant.rule === rule && each.reason === reason);
  return faults.length > 0 ? [] : unusedReasons(general, isUsed);
}

const unexplained = ({ tried }: Results) =>
  tried.filter(({ fate, reason }) => fate === 'survived' && reason === undefined);

const titleOf = ({ rule, line, instruction }: Mutant) =>
  `${rule}${line === undefined ? '' : ` (line ${line}: ${instruction.length > 60 ? `${instruction.slice(0, 59)}…` : instruction})`}`;

function lineOf({ exercise, mutant, fate, refusedBy, reason }: TriedMutant): string {
  const what = `${exercise} · ${titleOf(mutant)}`;
  if (fate === 'known') return `${styleText('dim', '–')} ${what}: the same as ${mutant.known}`;
  if (fate === 'refused') return `${styleText('green', '✓')} ${what}: refused by ${refusedBy.join(', ')}`;
  if (reason !== undefined) return `${styleText('yellow', '!')} ${what}: survives. ${reason}`;
  return `${styleText('red', '✗')} ${what}: survives every check`;
}

function endOf(results: Results): string {
  const { tried, problems, faults } = results;
  const wrong = unexplained(results);
  const count = (fate: TriedMutant['fate']) => tried.filter((each) => each.fate === fate).length;
  const lines = [
    `${tried.length} mutants: ${count('refused')} refused, ${count('known')} known cases, ${count('survived')} survive, ${wrong.length} of them without a reason`,
    ...wrong.flatMap((each) => [
      lineOf(each),
      ...each.mutant.dockerfile
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`),
    ]),
    ...(wrong.length > 0 ? ['Each is either a new check or a reason in survivors.yaml of the exercise.'] : []),
    ...problems.map(problemText),
    ...faults,
  ];
  return `${lines.join('\n')}\n`;
}

function jsonOf({ tried, problems, faults }: Results): string {
  const mutants = tried.map(({ mutant, ...rest }) => ({ ...rest, ...mutant }));
  return `${JSON.stringify({ mutants, problems: problems.map(problemText), faults }, null, 2)}\n`;
}

const listed = ({ exercise, mutants }: Derived) => ({
  exercise: exercise.slug,
  mutants,
});

function listLines({ exercise, mutants }: Derived): string {
  return mutants
    .map((mutant) => `${exercise.slug} · ${titleOf(mutant)}${mutant.known === undefined ? '' : ` = ${mutant.known}`}\n`)
    .join('');
}
