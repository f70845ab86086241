/** What is copied when, and who runs the result. */
import type { InstructionModel } from '../../../grader/dockerfile/model.ts';
import { ignoringPattern } from '../dockerignore.ts';
import { chainOf, type Rule, type Seen } from '../rule-context.ts';
import { ruleStrings as say } from '../rule-strings.ts';

/** Commands that install what a lock file names. */
const installs =
  /\b(?:npm (?:ci|i|install)\b|yarn(?: install)?(?:\s|$)|pnpm (?:i|install)\b|pip3? install .*-r|poetry install|uv sync|go mod download|mvn .*dependency:|bundle install|composer install|cargo fetch)/;

export const copyBeforeInstall: Rule = ({ parsed }) =>
  parsed.model.stages.flatMap((stage) => {
    const install = stage.instructions.findIndex(({ keyword, text }) => keyword === 'RUN' && installs.test(text));
    const copy = stage.instructions.slice(0, Math.max(0, install)).find(copiesEverything);
    if (copy === undefined) return [];
    const line = stage.instructions[install]?.line ?? 0;
    return [{ rule: 'copy-before-install', at: copy, message: say.copyBeforeInstall(line) }];
  });

function copiesEverything({ keyword, copy }: InstructionModel): boolean {
  if ((keyword !== 'COPY' && keyword !== 'ADD') || copy === undefined || copy.from !== undefined) return false;
  return copy.sources.some((source) => /^(?:\.|\.\/|\/|\*)$/.test(source));
}

const rootUser = /^(?:root|0+)(?::|$)/;

export const runsAsRoot: Rule = ({ parsed, places }) => {
  const { stages } = parsed.model;
  const shipped = stages.find((stage) => stage.final);
  const [from] = shipped?.instructions ?? [];
  if (shipped === undefined || from === undefined || shipped.rootBase === '') return [];
  const user = chainOf(shipped, stages)
    .map((stage) => stage.instructions.findLast(({ keyword }) => keyword === 'USER'))
    .find((found) => found !== undefined);
  if (user !== undefined) {
    if (!rootUser.test(user.words?.[0] ?? '')) return [];
    return [{ rule: 'runs-as-root', at: user, message: say.rootUser }];
  }
  if (/nonroot|unprivileged/.test(shipped.rootBase)) return [];
  return [{ rule: 'runs-as-root', at: places.place(from, from.words?.[0]), message: say.root }];
};

export const copyIgnoredFile: Rule = ({ parsed, places, dockerignore }) => {
  if (dockerignore.trim() === '') return [];
  return parsed.model.instructions.flatMap((instruction) => {
    const { copy, keyword } = instruction;
    if (copy === undefined || copy.from !== undefined || (keyword !== 'COPY' && keyword !== 'ADD')) return [];
    return copy.sources.flatMap((source): Seen[] => {
      if (/[*?[\]$]|^[a-z]+:\/\//.test(source)) return [];
      const pattern = ignoringPattern(source, dockerignore);
      if (pattern === undefined) return [];
      return [
        {
          rule: 'CopyIgnoredFile',
          at: places.place(instruction, source),
          message: say.copyIgnored(source, pattern),
        },
      ];
    });
  });
};
