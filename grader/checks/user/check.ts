import { z } from 'zod';
import type { DockerfileModel } from '../../dockerfile/model.ts';
import type { Evidence, ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType } from '../check.ts';
import { finalChain, lastOfFinalImage, stageTitle } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { onLine, plain, quote, sentence } from '../show.ts';

const schema = z.strictObject({
  nonRoot: z.boolean().default(true),
  /** USER must be a uid: Kubernetes' runAsNonRoot can't look names up. */
  numeric: z.boolean().optional(),
  uid: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31)
    .optional(),
});
type Params = z.infer<typeof schema>;

export const user: CheckType<Params> = {
  type: 'user',
  schema,
  judges: 'image',
  expected({ nonRoot, numeric, uid }) {
    if (uid !== undefined) return `The container runs as uid ${uid}.`;
    if (numeric)
      return nonRoot ? 'The container runs as a user that is not root, given as a number.' : 'USER is a number.';
    return nonRoot ? 'The container runs as a user that is not root.' : 'The container runs as any user.';
  },
  why: 'Who breaks into a process that runs as root is root in the container, one kernel bug away from the host; many clusters refuse to start such an image.',
  // Only a run shows who a name is: /etc/passwd may give any name the uid 0.
  needs: ({ nonRoot, uid }) => (nonRoot || uid !== undefined ? [{ kind: 'run', requests: [] }] : []),
  judge(params, { dockerfile, image, run }) {
    if (image === undefined) return notCollected('an image');
    const subject = subjectOf(image, run);
    const problem = problemWith(subject, params);
    if (problem === undefined) return passed(subject.actual, `The container runs as ${subject.actual}.`);
    const { text, line } = whereUserIsSet(dockerfile, image);
    return failed({ actual: subject.actual, message: `${problem} ${text}`, line });
  },
};

interface Subject {
  /** What USER says, without the group; '' when it says nothing. */
  name: string;
  numeric: boolean;
  /** From USER, or from the running process where that could be read. */
  uid: number | undefined;
  actual: string;
  missing: boolean;
}

function subjectOf(image: ImageEvidence, run: Evidence['run']): Subject {
  const name = (image.config.user.split(':')[0] ?? '').trim();
  const numeric = /^\d+$/.test(name);
  const missing = /unable to find user/i.test(run?.startError ?? '');
  const uid = numeric ? Number(name) : name === '' || name === 'root' ? 0 : run?.process?.uid;
  const shown = name === '' ? 'root' : numeric ? `uid ${name}` : plain(name, 60);
  const actual = numeric || uid === undefined ? shown : `${shown} (uid ${uid})`;
  return { name, numeric, uid, actual, missing };
}

function problemWith({ name, numeric, uid, missing, actual }: Subject, params: Params): string | undefined {
  if (missing)
    return sentence(`${quote(name, 60)} is not a user of this image: no line of its /etc/passwd has that name`);
  if (params.nonRoot && uid === 0) {
    const alias = name !== '' && name !== 'root' && !numeric ? `, because ${quote(name, 60)} has the uid 0` : '';
    return `The container runs as root${alias}.`;
  }
  if (params.uid !== undefined && uid !== params.uid) {
    return `The container runs as ${actual}, not as uid ${params.uid}.`;
  }
  if (params.numeric && !numeric) {
    return `${name === '' ? 'No user is named' : `The user is the name ${quote(name, 60)}`}, so nothing outside the image can tell that it is not root.`;
  }
  return undefined;
}

function whereUserIsSet(
  dockerfile: DockerfileModel | undefined,
  image: ImageEvidence,
): { text: string; line: number | undefined } {
  const set = lastOfFinalImage(dockerfile, 'USER');
  if (set !== undefined) return { text: `USER is set${onLine(set.line)}.`, line: set.line };
  const chain = finalChain(dockerfile);
  const elsewhere = dockerfile?.stages.find(
    (stage) => !chain.includes(stage) && stage.instructions.some(({ keyword }) => keyword === 'USER'),
  );
  const other = elsewhere?.instructions.findLast(({ keyword }) => keyword === 'USER');
  if (elsewhere !== undefined && other !== undefined) {
    const text = `USER on line ${other.line} belongs to ${stageTitle(elsewhere)}: a stage that starts with FROM does not inherit it.`;
    return { text, line: other.line };
  }
  const by =
    image.config.user === ''
      ? 'No USER is set in the final stage or in its base image.'
      : 'The base image sets it; no USER in the final stage changes it.';
  return { text: by, line: chain[0]?.line };
}
