/** All wrong Dockerfiles that the rules make of an exercise's solution, each once; which of them are known already. */
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import type { Exercise, Submitted } from '../exercises/exercise.ts';
import { applyEdits } from './edits.ts';
import type { MutationSource } from './rule.ts';
import { mutationRules } from './rules.ts';

export interface Mutant extends Submitted {
  /** Id of its rule. */
  rule: string;
  /** Ends the sentence "The solution …". */
  about: string;
  /** Of the solution; undefined when it is about `.dockerignore`. */
  line: number | undefined;
  /** The instruction as it is written, its spaces as one; empty for `.dockerignore`. */
  instruction: string;
  /** A case of the exercise that says the same: `verify` proves that one. */
  known: string | undefined;
}

/** @param images names of the catalogue */
export function deriveMutants(exercise: Exercise, images: readonly string[]): Mutant[] {
  const { dockerfile: text, dockerignore } = exercise.solution;
  const source: MutationSource = { text, dockerignore, model: parseDockerfile(text), images };
  const known = new Map(casesByMeaning(exercise));
  const seen = new Set([meaningOf(exercise.solution)]);
  return mutationRules.flatMap((rule) =>
    rule.derive(source).flatMap(({ at, edits, withoutDockerignore }) => {
      const files = {
        dockerfile: applyEdits(text, edits),
        dockerignore: withoutDockerignore ? undefined : dockerignore,
      };
      const meaning = meaningOf(files);
      // Two rules often make the same of it; what changes nothing is no mutant.
      if (seen.has(meaning)) return [];
      seen.add(meaning);
      const instruction = at === undefined ? '' : plain(`${at.keyword} ${at.text}`);
      return [{ ...files, rule: rule.id, about: rule.about, line: at?.line, instruction, known: known.get(meaning) }];
    }),
  );
}

/** Right answers too: a mutant that is one is none. */
function casesByMeaning({ starter, alsoRight, mistakes }: Exercise): [string, string][] {
  return [
    [meaningOf(starter), 'starter'],
    ...alsoRight.map(({ name, files }): [string, string] => [meaningOf(files), `also-right/${name}`]),
    ...mistakes.map(({ name, files }): [string, string] => [meaningOf(files), `mistakes/${name}`]),
  ];
}

const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

/** The instructions without comments, empty lines and how they are broken into lines. */
export function meaningOf({ dockerfile, dockerignore }: Submitted): string {
  const instructions = parseDockerfile(dockerfile).instructions.map((each) =>
    each.heredocs?.length ? [each.keyword, each.text] : [each.keyword, plain(each.text)],
  );
  return JSON.stringify([instructions, dockerignore?.split(/\r?\n/).filter((line) => line.trim() !== '') ?? null]);
}
