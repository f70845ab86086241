/** How an instruction is written: NoEmptyContinuation, MaintainerDeprecated, WorkdirRelativePath, EXPOSE. */
import type { InstructionModel } from '../../../grader/dockerfile/model.ts';
import { isOneLine, type Rule, type RuleContext, removeLines, replaceAt, type Seen } from '../rule-context.ts';
import { ruleStrings as say } from '../rule-strings.ts';

export const noEmptyContinuation: Rule = (context) =>
  context.parsed.model.instructions.flatMap((instruction) => {
    const empty = emptyLines(context, instruction);
    const [first] = empty;
    if (first === undefined) return [];
    const fixes = [{ title: say.fix.emptyLines, edits: empty.map((line) => removeLines(context, line, line)) }];
    return [{ rule: 'NoEmptyContinuation', at: instruction, message: say.emptyContinuation, fixes }];
  });

/** Lines of nothing between the first line of an instruction and the last that belongs to it, here-documents apart. */
function emptyLines({ lines, parsed }: RuleContext, { line, endLine, heredocs = [] }: InstructionModel): number[] {
  if (line === endLine || parsed.problems.some((problem) => problem.line === line)) return [];
  const bodies = heredocs.reduce((sum, body) => sum + body.split('\n').length, 0);
  const found: number[] = [];
  for (let at = line + 1; at <= endLine - bodies; at += 1) if (lines[at - 1]?.trim() === '') found.push(at);
  return found;
}

export const maintainerDeprecated: Rule = ({ parsed }) =>
  parsed.model.instructions
    .filter(({ keyword }) => keyword === 'MAINTAINER')
    .map((instruction) => {
      const name = instruction.text.replace(/^"(.*)"$/, '$1');
      const label = `LABEL org.opencontainers.image.authors="${name}"`;
      const fixes =
        isOneLine(instruction) && name !== '' && !/["\\]/.test(name)
          ? [{ title: say.fix.to('LABEL'), edits: [replaceAt(instruction, label)] }]
          : [];
      return { rule: 'MaintainerDeprecated', at: instruction, message: say.maintainer, fixes };
    });

export const workdirRelativePath: Rule = ({ parsed, places }) => {
  const absolute: boolean[] = [];
  return parsed.model.stages.flatMap((stage) => {
    let isSet = stage.baseStage === undefined ? false : absolute[stage.baseStage] === true;
    const seen: Seen[] = [];
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== 'WORKDIR' || instruction.text === '') continue;
      const path = instruction.text.replace(/^["'](.*)["']$/, '$1');
      // Once a WORKDIR was said, what follows no longer depends on the base image alone.
      if (!isSet && !/^(?:\/|\$|[A-Za-z]:)/.test(path)) {
        const at = places.place(instruction, path);
        const fixes = at === instruction ? [] : [{ title: say.fix.to(`/${path}`), edits: [replaceAt(at, `/${path}`)] }];
        seen.push({ rule: 'WorkdirRelativePath', at, message: say.relativeWorkdir(path), fixes });
      }
      isSet = true;
    }
    absolute[stage.index] = isSet;
    return seen;
  });
};

export const exposedPorts: Rule = ({ parsed, places }) =>
  parsed.model.instructions
    .filter(({ keyword }) => keyword === 'EXPOSE')
    .flatMap((instruction) =>
      (instruction.words ?? []).flatMap((port): Seen[] => {
        const at = places.place(instruction, port);
        const change = (to: string) => [{ title: say.fix.to(to), edits: [replaceAt(at, to)] }];
        if (port.includes('$')) return [];
        if (port.includes(':')) {
          const fixes = change(port.slice(port.lastIndexOf(':') + 1));
          return [{ rule: 'ExposeInvalidFormat', at, message: say.exposeFormat(port), fixes }];
        }
        if (!/\/.*[A-Z]/.test(port)) return [];
        return [{ rule: 'ExposeProtoCasing', at, message: say.exposeCasing(port), fixes: change(port.toLowerCase()) }];
      }),
    );
