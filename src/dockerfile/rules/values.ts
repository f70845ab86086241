/** ENV, ARG and LABEL, and what uses them: LegacyKeyValueFormat, SecretsUsedInArgOrEnv, UndefinedVar. */
import type { InstructionModel } from '../../../grader/dockerfile/model.ts';
import { nearest } from '../../../grader/dockerfile/nearest.ts';
import { assignmentsOf } from '../../../grader/dockerfile/stage-variables.ts';
import { isOneLine, type Rule, type RuleContext, replaceAt, type Seen } from '../rule-context.ts';
import { ruleStrings as say } from '../rule-strings.ts';
import { variablesIn } from './variables-in.ts';

export const legacyKeyValue: Rule = ({ parsed, places }) =>
  parsed.model.instructions.flatMap((instruction) => {
    const { keyword, words, text } = instruction;
    if ((keyword !== 'ENV' && keyword !== 'LABEL') || words?.[0]?.includes('=') !== false) return [];
    const pair = assignmentsOf(instruction)?.[0];
    if (pair?.value === undefined || pair.value === '') return [];
    const at = places.place(instruction, text);
    const value = /^[^\s"'\\]+$|^"[^"]*"$|^'[^']*'$/.test(pair.value) ? pair.value : `"${pair.value}"`;
    const clear = isOneLine(instruction) && at !== instruction && !/["\\]/.test(value.slice(1, -1));
    const fixes = clear
      ? [{ title: say.fix.to(`${pair.name}=${value}`), edits: [replaceAt(at, `${pair.name}=${value}`)] }]
      : [];
    return [{ rule: 'LegacyKeyValueFormat', at: instruction, message: say.legacyKeyValue(keyword, pair.name), fixes }];
  });

/** BuildKit's own words. */
const secret = /(?:_|^)(?:api_?key|apikey|auth|credentials?|key|passphrase|password|pword|passwd|secret|token)(?:_|$)/i;
const isPublic = /(?:_|^)public(?:_|$)/i;
/** Names that say where a secret is, not what it is. */
const aboutSecret = /_(?:FILE|PATH|DIR|URL|NAME|ID|HEADER|ENABLED)$/i;

export const secretsInArgOrEnv: Rule = ({ parsed, places }) =>
  parsed.model.instructions.flatMap((instruction) => {
    const { keyword } = instruction;
    if (keyword !== 'ENV' && keyword !== 'ARG') return [];
    return (assignmentsOf(instruction) ?? [])
      .filter(({ name }) => secret.test(name) && !isPublic.test(name) && !aboutSecret.test(name))
      .map(({ name }) => ({
        rule: 'SecretsUsedInArgOrEnv',
        at: places.place(instruction, name),
        message: say.secret(keyword, name),
      }));
  });

const expanding = new Set(['ADD', 'COPY', 'ENV', 'EXPOSE', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR']);
/** What base images usually set: their configuration is not known to a text. */
const fromBase =
  /^(?:PATH|HOME|LANG|LC_ALL|HOSTNAME|TERM|TZ|GOPATH|GOTOOLCHAIN|PKG_RELEASE|\w+_(?:VERSION|HOME|SHA256))$/;

export const undefinedVar: Rule = (context) => {
  const { model } = context.parsed;
  const ends: Set<string>[] = [];
  return model.stages.flatMap((stage) => {
    const known = new Set(stage.baseStage === undefined ? [] : ends[stage.baseStage]);
    ends[stage.index] = known;
    const seen: Seen[] = [];
    for (const instruction of stage.instructions.slice(1)) {
      if (expanding.has(instruction.keyword)) seen.push(...unset(context, instruction, known));
      if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') {
        for (const { name } of assignmentsOf(instruction) ?? []) known.add(name);
      }
    }
    return seen;
  });
};

function unset({ parsed, places }: RuleContext, instruction: InstructionModel, known: Set<string>): Seen[] {
  // ARGs above the first FROM are told by the grader's own reader.
  const isTold = (name: string) => parsed.model.globalArgs.some((arg) => arg.name === name);
  return variablesIn((instruction.words ?? []).join(' '))
    .filter(({ name }) => !known.has(name) && !fromBase.test(name) && !isTold(name))
    .map(({ name, written }) => {
      const at = places.place(instruction, written);
      const meant = nearest(name, known);
      const to = meant === undefined ? '' : written.replace(name, meant);
      const fixes =
        meant === undefined || at === instruction ? [] : [{ title: say.fix.to(to), edits: [replaceAt(at, to)] }];
      return { rule: 'UndefinedVar', at, message: say.undefinedVar(name, meant), fixes };
    });
}
