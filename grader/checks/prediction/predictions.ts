/** What a learner says about each step, in comments above it. */
import type { DockerfileModel, InstructionModel } from '../../dockerfile/model.ts';
import type { Judgement } from '../check.ts';
import { failed } from '../judgement.ts';
import { quote } from '../show.ts';

export type Word = 'cached' | 'runs' | 'skipped';

export interface Prediction {
  instruction: InstructionModel;
  says: Word | undefined;
  /** Of the comment. */
  line: number | undefined;
}

/** The first word of the comment: `# runs: it reads src/`. */
const WORD = /^(cached|runs|skipped)(?![\w-])/i;
const STEPS = ['RUN', 'COPY', 'ADD', 'WORKDIR'];

/** One for each instruction that needs a prediction, and for others with one. */
export function predictionsOf(dockerfile: DockerfileModel | undefined, steps: readonly string[]): Prediction[] {
  const found = (dockerfile?.instructions ?? [])
    .filter(({ keyword, stage }) => STEPS.includes(keyword) && stage !== undefined)
    .map((instruction) => ({ instruction, ...saidAbove(instruction) }));
  return found.filter(({ instruction, says }) => says !== undefined || steps.includes(instruction.keyword));
}

function saidAbove({ comments = [] }: InstructionModel): Pick<Prediction, 'says' | 'line'> {
  // The nearest one counts.
  const comment = comments.findLast(({ text }) => WORD.test(text));
  const word = WORD.exec(comment?.text ?? '')?.[1]?.toLowerCase();
  return { says: word as Word | undefined, line: comment?.line };
}

/** A prediction for something that is no step, or one at the end of a line, where Docker knows no comments. */
export function misplacedIn({ instructions }: DockerfileModel): Judgement | undefined {
  for (const instruction of instructions) {
    const { keyword, line, text } = instruction;
    const said = saidAbove(instruction);
    if (said.says !== undefined && !STEPS.includes(keyword)) {
      const what = keyword === 'FROM' ? 'its base image is only looked up' : 'it only sets a value';
      const message = `The prediction ${quote(`# ${said.says}`)} stands above ${keyword}, which is no step that is cached or runs: ${what}. Put it above the ${STEPS.slice(0, 3).join(', ')} that you mean.`;
      return failed({ actual: `a prediction above ${keyword}`, message, line: said.line });
    }
    if (/\s#\s*(?:cached|runs|skipped)\s*$/i.test(text)) {
      const message = `The prediction at the end of line ${line} is part of the instruction: a Dockerfile has no comments there. Put it on a line of its own, directly above.`;
      return failed({ actual: 'a comment at the end of a line', message, line });
    }
  }
  return undefined;
}

/** Only comments may differ, or the prediction would be for another Dockerfile. */
export function changedFromStarter(
  { instructions }: DockerfileModel,
  starter: DockerfileModel | undefined,
): Judgement | undefined {
  if (starter === undefined) return undefined;
  const textOf = ({ keyword, text }: InstructionModel): string => `${keyword} ${text}`.replace(/\s+/g, ' ').trim();
  const given = starter.instructions.map(textOf);
  // What stands at the end of a line is said more clearly elsewhere.
  const written = instructions.map((each) => textOf(each).replace(/ #\s*(?:cached|runs|skipped)$/i, ''));
  const at = written.findIndex((text, index) => text !== given[index]);
  if (at === -1 && written.length === given.length) return undefined;
  const instruction = instructions[at === -1 ? instructions.length - 1 : at];
  const wanted = given[at === -1 ? written.length : at];
  const expected = wanted === undefined ? 'nothing more' : quote(wanted, 80);
  const message = `The instructions have to stay as they are in the starter; only comments are added. Here stands ${at === -1 ? 'the end of the file' : quote(written[at] ?? '', 80)}, expected ${expected}.`;
  return failed({ actual: 'another Dockerfile than the starter', message, line: instruction?.line });
}
