/** Upper and lower case: StageNameCasing, FromAsCasing, ConsistentInstructionCasing. */

import { keywordOf, type Rule, replaceAt, type Seen } from '../rule-context.ts';
import { ruleStrings as say } from '../rule-strings.ts';

export const stageNameCasing: Rule = (context) =>
  context.parsed.model.stages.flatMap((stage) => {
    const [from] = stage.instructions;
    const name = from?.words?.[2];
    if (from === undefined || stage.name === undefined || name === undefined || name === stage.name) return [];
    const at = context.places.place(from, name);
    const fixes = [{ title: say.fix.to(stage.name), edits: [replaceAt(at, stage.name)] }];
    return [{ rule: 'StageNameCasing', at, message: say.stageNameCasing(name), fixes }];
  });

export const fromAsCasing: Rule = (context) =>
  context.parsed.model.stages.flatMap((stage) => {
    const [from] = stage.instructions;
    const as = from?.words?.[1];
    if (from === undefined || stage.name === undefined || as === undefined) return [];
    const keyword = keywordOf(context, from).text;
    const wanted = keyword === keyword.toLowerCase() ? 'as' : 'AS';
    // A keyword in both cases is for ConsistentInstructionCasing to tell.
    if (as === wanted || (keyword !== keyword.toLowerCase() && keyword !== keyword.toUpperCase())) return [];
    const at = context.places.place(from, ` ${as}`);
    const place = at === from ? at : { ...at, column: at.column + 1 };
    const fixes = at === from ? [] : [{ title: say.fix.to(wanted), edits: [replaceAt(place, wanted)] }];
    return [{ rule: 'FromAsCasing', at: place, message: say.fromAsCasing(as, keyword), fixes }];
  });

export const consistentInstructionCasing: Rule = (context) => {
  const keywords = context.parsed.model.instructions.map((instruction) => keywordOf(context, instruction));
  const lower = keywords.filter(({ text }) => text === text.toLowerCase()).length;
  const upper = keywords.filter(({ text }) => text === text.toUpperCase()).length;
  const toLower = lower > upper;
  return keywords.flatMap(({ text, place }) => casingOf({ text, place, toLower }));
};

function casingOf({ text, place, toLower }: ReturnType<typeof keywordOf> & { toLower: boolean }): Seen[] {
  const right = toLower ? text.toLowerCase() : text.toUpperCase();
  if (text === right) return [];
  const message = say.instructionCasing(text, toLower ? 'lower' : 'upper');
  return [
    {
      rule: 'ConsistentInstructionCasing',
      at: place,
      message,
      fixes: [{ title: say.fix.to(right), edits: [replaceAt(place, right)] }],
    },
  ];
}
