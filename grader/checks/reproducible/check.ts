import { z } from 'zod';
import type { TwiceEvidence } from '../../evidence/evidence.ts';
import type { CheckType } from '../check.ts';
import { instructionAt } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { count, list, onLine, plain, quote, sentence } from '../show.ts';

const levels = {
  files: 'hold the same files',
  layers: 'have the same layers, with the same times',
  image: 'have the same image id',
} as const;

const schema = z.strictObject({
  /** How alike: the files' contents and modes, the layers with all times too, or the whole image. */
  compare: z.enum(['files', 'layers', 'image']).default('files'),
  /** Given to both builds as the argument SOURCE_DATE_EPOCH, in seconds. */
  sourceDateEpoch: z.number().int().min(0).max(4_000_000_000).optional(),
});
type Params = z.infer<typeof schema>;
type Difference = TwiceEvidence['differences'][number];

export const reproducible: CheckType<Params> = {
  type: 'reproducible',
  schema,
  judges: 'image',
  expected: ({ compare, sourceDateEpoch }) =>
    `Two builds of the same sources${sourceDateEpoch === undefined ? '' : ', both given SOURCE_DATE_EPOCH,'} ${levels[compare]}.`,
  why: 'Who can build the same image again can prove that what runs was made from the sources they read; and what did not change need not be pushed and pulled again.',
  needs: ({ sourceDateEpoch }, checkId) => [{ kind: 'twice', id: checkId, sourceDateEpoch }],
  judge({ compare }, evidence, checkId) {
    const twice =
      evidence.twice !== undefined && Object.hasOwn(evidence.twice, checkId) ? evidence.twice[checkId] : undefined;
    if (twice === undefined) return notCollected('a second build');
    if (!twice.ok) {
      const message = `The same sources were built again, and that failed: ${sentence(plain(twice.message ?? 'no reason was given', 300))}`;
      return failed({ actual: 'the second build failed', message });
    }
    const same = compare === 'image' ? twice.sameImage : twice.sameLayers;
    if (same) return passed('the same twice', `Two builds of the same sources ${levels[compare]}.`);
    const counted = twice.differences.filter(({ what }) => compare !== 'files' || what !== 'time').toSorted(byWeight);
    const first = counted[0];
    if (first !== undefined) {
      const step = instructionAt(evidence.dockerfile, first.line);
      const from =
        step === undefined ? '' : ` It comes from ${quote(`${step.keyword} ${step.text}`, 80)}${onLine(step.line)}.`;
      const paths = list(counted.map(({ path }) => quote(path, 100)));
      const message = `Two builds of the same sources differ in ${paths}: ${reasons[first.what]}.${from}`;
      return failed({ actual: `${count(counted.length, 'difference')}`, message, line: first.line });
    }
    if (compare !== 'files') {
      const what = twice.sameLayers
        ? "the image's settings, such as the time of its making"
        : 'something that no file shows';
      return failed({ actual: 'not the same', message: `Two builds of the same sources differ in ${what}.` });
    }
    if (twice.notCompared > 0) {
      const message = `Two builds of the same sources have different layers with more files than are compared; ${count(twice.notCompared, 'file')} of them were not opened, so nobody can tell.`;
      return failed({ actual: 'too many files to compare', message });
    }
    return passed('the same files twice', 'Two builds of the same sources hold the same files; only times differ.');
  },
};

const reasons: Record<Difference['what'], string> = {
  content: 'the first of them does not have the same content',
  'only-one': 'the first of them is in one of the two only',
  mode: 'the first of them does not have the same owner or mode',
  time: 'the first of them has the time of the build instead of a fixed one',
};

const weights: Difference['what'][] = ['content', 'only-one', 'mode', 'time'];

function byWeight(one: Difference, other: Difference): number {
  return weights.indexOf(one.what) - weights.indexOf(other.what) || one.path.localeCompare(other.path);
}
