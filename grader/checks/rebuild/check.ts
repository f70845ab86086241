import { z } from 'zod';
import type { RebuildEvidence } from '../../evidence/evidence.ts';
import { readSteps } from '../cache/rebuilt-steps.ts';
import type { CheckType } from '../check.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { contextPathParam, regexParam } from '../params.ts';
import { plain, quote, sentence } from '../show.ts';

const schema = z.strictObject({
  /** A file of the app, relative to its folder. */
  edit: contextPathParam,
  /** Regex of a line that the second build has to print: proof that the work was done again, and not silently. */
  prints: regexParam,
  /** Regex of lines that it must not print: work that was done before. */
  printsNot: regexParam,
});
type Params = z.infer<typeof schema>;

export const rebuild: CheckType<Params> = {
  type: 'rebuild',
  schema,
  judges: 'image',
  expected: ({ edit, prints, printsNot }) =>
    `The build after an edit of ${edit} prints ${quote(prints, 80)}, and nothing that matches ${quote(printsNot, 80)}.`,
  why: 'A step that has to run again need not begin at nothing: what it downloaded and compiled before can be kept, and the minutes it takes are waited for in every CI run.',
  needs: ({ edit, printsNot }, checkId) => [{ kind: 'rebuild', id: checkId, edit, unlike: printsNot }],
  judge(params, { rebuilds, dockerfile, image }, checkId) {
    if (image === undefined) return notCollected('an image');
    const found = Object.hasOwn(rebuilds, checkId) ? rebuilds[checkId] : undefined;
    if (found?.printed === undefined) return notCollected('what a second build prints');
    const after = `the build after an edit of ${params.edit}`;
    if (!found.ok) {
      const reason = sentence(plain(found.message ?? 'no reason was given', 300));
      return failed({ actual: 'the second build failed', message: `${sentence(`${after} failed`)} ${reason}` });
    }
    const surplus = firstLike(found, params.printsNot);
    if (surplus !== undefined) {
      const step = readSteps(
        found.vertexes.filter(({ name }) => name === surplus.vertex),
        dockerfile,
      )[0];
      const message = `In ${after}, ${step?.title ?? quote(surplus.vertex, 80)} printed ${quote(surplus.text.trim(), 100)}: that was done before, and is done again because nothing of it was kept.`;
      return failed({ actual: `printed ${plain(surplus.text.trim(), 60)}`, message, line: step?.line });
    }
    if (firstLike(found, params.prints) === undefined) {
      const message = `In ${after} no step printed what matches ${quote(params.prints, 80)}, so it can't be seen what was done again. The edit has to reach that step, and the step has to say what it does (no --quiet).`;
      return failed({ actual: 'nothing to see', message });
    }
    return passed('only what had changed', `${sentence(`${after} did only what had changed`)}`);
  },
};

function firstLike({ printed = [] }: RebuildEvidence, pattern: string) {
  const regex = new RegExp(pattern);
  return printed.find(({ text }) => regex.test(text));
}
