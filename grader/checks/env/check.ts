import { z } from 'zod';
import type { Evidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { finalChain } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { type ValueParam, valueMatcher, valueParam } from '../params.ts';
import { list, onLine, plain, quote } from '../show.ts';

const unwanted = z
  .strictObject({ name: valueParam.optional(), value: valueParam.optional() })
  .refine(({ name, value }) => name !== undefined || value !== undefined, {
    error: 'expected `name` or `value`, found neither',
  });

const schema = z
  .strictObject({
    /** `NODE_ENV: production`, `PATH: /venv/`; `true`: any value. */
    has: z.record(z.string().min(1), valueParam).optional(),
    /** A variable that matches name and value, where both are given, must not be there. */
    hasNot: z.array(unwanted).min(1).optional(),
  })
  .refine(({ has, hasNot }) => has !== undefined || hasNot !== undefined, {
    error: 'expected `has` or `hasNot`, found neither',
  });
type Params = z.infer<typeof schema>;

export const env: CheckType<Params> = {
  type: 'env',
  schema,
  judges: 'image',
  expected({ has = {}, hasNot = [] }) {
    const wanted = Object.entries(has).map(([name, value]) => (value === true ? name : `${name}=${value}`));
    const parts = [
      ...(wanted.length === 0
        ? []
        : [
            `sets ${list(
              wanted.map((each) => quote(each, 80)),
              6,
            )}`,
          ]),
      ...(hasNot.length === 0 ? [] : [`sets no variable ${hasNot.map(titleOf).join(' or ')}`]),
    ];
    return `The image's environment ${parts.join(' and ')}.`;
  },
  why: 'The image config is no hiding place: whoever has the image reads its environment, and every process in every container gets it.',
  judge(params, evidence) {
    const { image } = evidence;
    if (image === undefined) return notCollected('an image');
    const found = image.config.env;
    const missing = Object.entries(params.has ?? {}).find(([name, wanted]) => {
      const value = found[name];
      return value === undefined || !valueMatcher(wanted)(value);
    });
    if (missing !== undefined) return judgeMissing(missing, evidence);
    for (const [name, value] of Object.entries(found)) {
      const rule = params.hasNot?.find((each) => matches(each, name, value));
      if (rule !== undefined) return judgeUnwanted(name, { value, evidence, byValue: rule.value !== undefined });
    }
    const shown = Object.keys(params.has ?? {}).map((name) => quote(`${name}=${found[name] ?? ''}`, 80));
    return passed('as expected', shown.length === 0 ? 'No such variable is set.' : `The image sets ${list(shown, 6)}.`);
  },
};

function judgeMissing([name, wanted]: [string, ValueParam], { image, dockerfile }: Evidence): Judgement {
  const value = image?.config.env[name];
  const line = lineOf(name, 'ENV', dockerfile);
  const title = quote(name, 60);
  const expected = wanted === true ? 'a value' : quote(wanted, 80);
  if (value !== undefined) {
    const message = `${title} is ${quote(value, 100)}; expected ${expected}.`;
    return failed({ actual: quote(value, 60).slice(1, -1) || 'empty', message, line });
  }
  const arg = lineOf(name, 'ARG', dockerfile);
  const hint =
    arg === undefined
      ? ''
      : ` ARG${onLine(arg)} gives it a value while the image is built only; the container does not get it.`;
  return failed({ actual: `no ${plain(name, 60)}`, message: `The image does not set ${title}.${hint}`, line: arg });
}

function judgeUnwanted(
  name: string,
  { value, evidence, byValue }: { value: string; evidence: Evidence; byValue: boolean },
): Judgement {
  const line = lineOf(name, 'ENV', evidence.dockerfile);
  const place = line === undefined ? 'the base image sets it' : `ENV on line ${line} sets it`;
  const shown = byValue ? quote(`${name}=${value}`, 100) : quote(name, 80);
  const message = `The image's environment has ${shown}: ${place}, and everybody who has the image can read it.`;
  return failed({ actual: plain(name, 60), message, line });
}

function matches({ name, value }: z.infer<typeof unwanted>, foundName: string, foundValue: string): boolean {
  return (
    (name === undefined || valueMatcher(name)(foundName)) && (value === undefined || valueMatcher(value)(foundValue))
  );
}

/** The last instruction of the shipped stages that names the variable. */
function lineOf(name: string, keyword: 'ENV' | 'ARG', dockerfile: Evidence['dockerfile']): number | undefined {
  const names = (text: string) => text.split(/[\s=]+/).includes(name);
  for (const { instructions } of finalChain(dockerfile)) {
    const found = instructions.findLast((each) => each.keyword === keyword && names(each.text));
    if (found !== undefined) return found.line;
  }
  return undefined;
}

function titleOf({ name, value }: z.infer<typeof unwanted>): string {
  const parts = [
    ...(name === undefined ? [] : [`called ${quote(String(name), 60)}`]),
    ...(value === undefined ? [] : [`with the value ${quote(String(value), 60)}`]),
  ];
  return parts.join(' ');
}
