import { join } from 'node:path';
import { styleText } from 'node:util';
import { StagecraftError } from '../errors.ts';
import { problemText } from '../exercises/content-problem.ts';
import { openGrader } from '../open-grader.ts';
import type { CommandContext } from './command.ts';
import { ProvedCases } from './fresh-cases.ts';
import { openProgressDisplay } from './progress-display.ts';
import { proveAll } from './prove-all.ts';
import { everyChange, watchPaths } from './rounds.ts';
import { planVerify } from './verify-plan.ts';

/** For authors: proves what was saved, as soon as it is saved, until Ctrl-C. */
export async function watchVerify(names: string[], context: CommandContext): Promise<never> {
  if (names.length === 0) {
    throw new StagecraftError(
      'bad_input',
      'Expected the exercises or lessons to watch after verify --watch, found none.',
    );
  }
  const { contentDir } = context.settings;
  const { library, exercises } = await planVerify(names, contentDir);
  const display = openProgressDisplay();
  const grader = await openGrader({ ...context, progress: display.sink, library, exercises });
  const proved = new ProvedCases();
  const round = async (signal: AbortSignal) => {
    const plan = await planVerify(names, contentDir);
    library.replaceWith(plan.library);
    for (const problem of plan.problems) display.say(`${styleText('red', '✗')} ${problemText(problem)}`);
    const exerciseOf = (slug: string) => library.get(slug);
    const fresh = proved.fresh(plan.cases, exerciseOf);
    const outcomes = await proveAll(fresh, grader, {
      signal,
      say: display.say,
      // At once, not at the end: a save in the middle of a round must not lose what was proved before it.
      ended: (outcome) => proved.add(outcome, exerciseOf),
    });
    const failed = outcomes.filter(({ ok }) => !ok).length + plan.problems.length;
    display.say(
      `${failed === 0 ? styleText('green', 'All is as it should be.') : `${failed} to look at.`} Waiting for a save; end with Ctrl-C.`,
    );
  };
  try {
    await grader.isolated;
    const folders = ['exercises', 'lessons', 'quizzes'].map((folder) => join(contentDir, folder));
    return await everyChange((changed) => watchPaths(folders, changed), round, context.signal);
  } finally {
    display.close();
    await grader.close();
  }
}
