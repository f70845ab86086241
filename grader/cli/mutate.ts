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
import { readSurvivors, reasonsFor } from '../mutation/survivors.ts';
import { explainSurvivors, type TriedMutant, tryMutant } from '../mutation/try-mutants.ts';
import { type OpenGrader, openGrader } from '../open-grader.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { gradingAgain } from './grade-again.ts';
import { openProgressDisplay } from './progress-display.ts';
import { sideBySide } from './side-by-side.ts';

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
    const trying = { grader, results, isWanted, say: display.say, signal: context.signal };
    for (const one of all) await tryAll(one, trying);
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

interface Trying {
  grader: Pick<OpenGrader, 'grade'>;
  results: Results;
  isWanted: (one: { rule: string }) => boolean;
  say: (text: string) => void;
  signal: AbortSignal;
}

async function tryAll(
  { exercise, mutants }: { exercise: Exercise; mutants: Mutant[] },
  { grader, results, isWanted, say, signal }: Trying,
): Promise<void> {
  // The others are not tried, so that nothing is known of their reasons.
  const survivors = reasonsFor(await readSurvivors(exercise.dir, results.problems), isWanted);
  let faulty = false;
  const tried = await sideBySide(mutants, limits.slot.count, async (mutant) => {
    try {
      const one = await tryMutant(mutant, exercise, { grade: gradingAgain(grader.grade, say), signal });
      say(lineOf(explainSurvivors([one], survivors).tried[0] ?? { ...one, reason: undefined }));
      return one;
    } catch (error) {
      if (isCancelled(error)) throw error;
      faulty = true;
      results.faults.push(`${exercise.slug} · ${titleOf(mutant)}: ${sentenceFor(error)}`);
      return undefined;
    }
  });
  const explained = explainSurvivors(
    tried.filter((one) => one !== undefined),
    survivors,
  );
  results.tried.push(...explained.tried);
  // With mutants missing, a reason may only seem to explain nothing.
  if (!faulty) results.problems.push(...explained.problems);
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

const listed = ({ exercise, mutants }: { exercise: Exercise; mutants: Mutant[] }) => ({
  exercise: exercise.slug,
  mutants,
});

function listLines({ exercise, mutants }: { exercise: Exercise; mutants: Mutant[] }): string {
  return mutants
    .map((mutant) => `${exercise.slug} · ${titleOf(mutant)}${mutant.known === undefined ? '' : ` = ${mutant.known}`}\n`)
    .join('');
}
