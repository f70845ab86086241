/** How the program is started: JSONArgsRecommended, MultipleInstructionsDisallowed. */
import type { InstructionModel } from '../../../grader/dockerfile/model.ts';
import type { Fix } from '../problem.ts';
import { isOneLine, type Rule, type RuleContext, removeLines, replaceAt } from '../rule-context.ts';
import { ruleStrings as say } from '../rule-strings.ts';

export const jsonArgsRecommended: Rule = (context) =>
  context.parsed.model.stages.flatMap((stage) => {
    // Who chooses a shell means one.
    if (stage.instructions.some(({ keyword }) => keyword === 'SHELL')) return [];
    return stage.instructions
      .filter(({ keyword, form, text }) => /^(?:CMD|ENTRYPOINT)$/.test(keyword) && form === 'shell' && text !== '')
      .filter(({ text }) => !/^\[.*\]$/s.test(text))
      .map((instruction) => ({
        rule: 'JSONArgsRecommended',
        at: instruction,
        message: say.jsonArgs(instruction.keyword),
        fixes: execForm(context, instruction),
      }));
  });

/** Only for plain words: whatever a shell would have done something with stays the learner's decision. */
function execForm({ places }: RuleContext, instruction: InstructionModel): Fix[] {
  const { text } = instruction;
  const words = text.split(/[\t ]+/);
  if (!isOneLine(instruction) || !/^[\w./:@,+ \t=-]+$/.test(text) || words[0]?.includes('=')) return [];
  const at = places.place(instruction, text);
  const array = `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
  return at === instruction ? [] : [{ title: say.fix.execForm, edits: [replaceAt(at, array)] }];
}

const single = ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'];

export const multipleInstructions: Rule = (context) =>
  context.parsed.model.stages.flatMap((stage) =>
    single.flatMap((keyword) => {
      const all = stage.instructions.filter((instruction) => instruction.keyword === keyword);
      const last = all.pop();
      return all.map((instruction) => ({
        rule: 'MultipleInstructionsDisallowed',
        at: instruction,
        message: say.multiple(keyword, last?.line ?? 0),
        fixes: [
          {
            title: say.fix.remove(`this ${keyword}`),
            edits: [removeLines(context, instruction.line, instruction.endLine)],
          },
        ],
      }));
    }),
  );
