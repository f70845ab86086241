import { z } from 'zod';
import type { Evidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { finalChain } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { type ValueParam, valueMatcher, valueParam } from '../params.ts';
import { count, list, plain, quote } from '../show.ts';

const schema = z.strictObject({
  /** `org.opencontainers.image.source: /^https:/`; `true`: any value. */
  labels: z.record(z.string().min(1), valueParam).refine((labels) => Object.keys(labels).length > 0, {
    error: 'expected at least one label, found none',
  }),
  /** A label that only the base image sets describes the base image. */
  own: z.boolean().default(true),
});
type Params = z.infer<typeof schema>;

export const labels: CheckType<Params> = {
  type: 'labels',
  schema,
  judges: 'image',
  expected: ({ labels: wanted }) => `The image has ${list(Object.entries(wanted).map(wish), 6)}.`,
  why: 'Labels travel with the image: with them a running container can be traced to its source, its version and whoever answers for it.',
  judge(params, { image, dockerfile }) {
    if (image === undefined) return notCollected('an image');
    for (const [name, wanted] of Object.entries(params.labels)) {
      const problem = problemWith(name, wanted, { params, found: image.config.labels[name], dockerfile });
      if (problem !== undefined) return problem;
    }
    const names = Object.keys(params.labels);
    return passed(
      count(names.length, 'label'),
      `The image has ${list(
        names.map((name) => quote(name, 80)),
        6,
      )}.`,
    );
  },
};

interface Context {
  params: Params;
  found: string | undefined;
  dockerfile: Evidence['dockerfile'];
}

function problemWith(name: string, wanted: ValueParam, { params, found, dockerfile }: Context): Judgement | undefined {
  const line = lineOf(name, dockerfile);
  const title = quote(name, 80);
  if (found === undefined) {
    const elsewhere = otherStageWith(name, dockerfile);
    const hint = elsewhere === undefined ? '' : ` LABEL on line ${elsewhere} is in a stage that is not shipped.`;
    return failed({
      actual: `no ${plain(name, 60)}`,
      message: `The image has no label ${title}.${hint}`,
      line: elsewhere,
    });
  }
  if (params.own && line === undefined) {
    const message = `The label ${title} comes from the base image and describes that one: ${quote(found, 80)}.`;
    return failed({ actual: "the base image's label", message });
  }
  if (valueMatcher(wanted)(found)) return undefined;
  if (found.trim() === '') {
    const message = `The label ${title} is empty. A variable in it has no value there: an ARG belongs to its stage, and one before FROM to none.`;
    return failed({ actual: `${plain(name, 60)} is empty`, message, line });
  }
  const message = `The label ${title} is ${quote(found, 120)}; expected ${valueTitle(wanted)}.`;
  return failed({ actual: plain(found, 60), message, line });
}

function lineOf(name: string, dockerfile: Evidence['dockerfile']): number | undefined {
  const all = finalChain(dockerfile).flatMap(({ instructions }) => instructions);
  return all.find(({ keyword, text }) => keyword === 'LABEL' && text.includes(name))?.line;
}

function otherStageWith(name: string, dockerfile: Evidence['dockerfile']): number | undefined {
  const label = dockerfile?.instructions.find(({ keyword, text }) => keyword === 'LABEL' && text.includes(name));
  return label?.line;
}

function wish([name, wanted]: [string, ValueParam]): string {
  return wanted === true ? `the label ${name}` : `the label ${name} (${valueTitle(wanted)})`;
}

function valueTitle(wanted: ValueParam): string {
  return wanted === true ? 'a value' : quote(wanted, 80);
}
