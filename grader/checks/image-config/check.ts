import { z } from 'zod';
import type { Evidence, ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType } from '../check.ts';
import { finalChain, lastOfFinalImage } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { type ValueParam, valueMatcher, valueParam } from '../params.ts';
import { list, quote } from '../show.ts';

const portParam = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine((port) => /^\d{1,5}(\/(tcp|udp|sctp))?$/.test(port), 'expected a port like 3000 or 53/udp')
  .transform((port) => (port.includes('/') ? port : `${port}/tcp`));

const schema = z
  .strictObject({
    /** Exactly these; an empty list: none. */
    exposes: z.array(portParam).optional(),
    workingDir: valueParam.optional(),
    stopSignal: valueParam.optional(),
    /** Exactly these, in any order; an empty list: none. */
    volumes: z.array(z.string().min(1)).optional(),
  })
  .refine((params) => Object.values(params).some((value) => value !== undefined), {
    error: 'expected `exposes`, `workingDir`, `stopSignal` or `volumes`, found none of them',
  });
type Params = z.infer<typeof schema>;
type Config = ImageEvidence['config'];

export const imageConfig: CheckType<Params> = {
  type: 'image-config',
  schema,
  judges: 'image',
  expected: (params) =>
    `The image config says: ${fieldsOf(params)
      .map((field) => field.wanted)
      .join('; ')}.`,
  why: 'Tools and people read how an image wants to be run from its config: a wrong port or folder there sends them astray.',
  judge(params, evidence) {
    const { image } = evidence;
    if (image === undefined) return notCollected('an image');
    for (const field of fieldsOf(params)) {
      if (field.fits(image.config)) continue;
      const found = field.found(image.config);
      const message = `The image config says ${found}; expected ${field.wanted}. ${whoSays(field, evidence)}`;
      return failed({ actual: found, message, line: lastOfFinalImage(evidence.dockerfile, field.keyword)?.line });
    }
    const found = fieldsOf(params).map((field) => field.found(image.config));
    return passed(found.join('; '), `The image config says ${found.join('; ')}.`);
  },
};

interface Field {
  keyword: 'EXPOSE' | 'WORKDIR' | 'STOPSIGNAL' | 'VOLUME';
  title: string;
  wanted: string;
  fits(config: Config): boolean;
  found(config: Config): string;
}

function fieldsOf({ exposes, workingDir, stopSignal, volumes }: Params): Field[] {
  return [
    ...(exposes === undefined ? [] : [setField('EXPOSE', exposes, ({ exposedPorts }) => exposedPorts)]),
    ...(workingDir === undefined ? [] : [valueField('WORKDIR', workingDir, (config) => config.workingDir)]),
    // What the platform sends when the image says nothing.
    ...(stopSignal === undefined
      ? []
      : [valueField('STOPSIGNAL', stopSignal, (config) => config.stopSignal ?? 'SIGTERM')]),
    ...(volumes === undefined ? [] : [setField('VOLUME', volumes, (config) => config.volumes)]),
  ];
}

const TITLES = { EXPOSE: 'ports', WORKDIR: 'the working directory', STOPSIGNAL: 'the stop signal', VOLUME: 'volumes' };
const SETS = { EXPOSE: 'ports', VOLUME: 'volumes' };

function setField(keyword: 'EXPOSE' | 'VOLUME', wanted: string[], read: (config: Config) => string[]): Field {
  const title = TITLES[keyword];
  const shown = (all: string[]) =>
    all.length === 0
      ? `no ${SETS[keyword]}`
      : `${SETS[keyword]} ${list(
          all.map((each) => quote(each, 60)),
          6,
        )}`;
  return {
    keyword,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    wanted: shown(wanted),
    fits: (config) => wanted.toSorted().join('\n') === read(config).toSorted().join('\n'),
    found: (config) => shown(read(config)),
  };
}

function valueField(keyword: 'WORKDIR' | 'STOPSIGNAL', wanted: ValueParam, read: (config: Config) => string): Field {
  const title = TITLES[keyword];
  return {
    keyword,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    wanted: `${title} ${wanted === true ? 'that is set' : quote(wanted, 80)}`,
    fits: (config) => valueMatcher(wanted)(read(config)),
    found: (config) => `${title} ${quote(read(config), 80)}`,
  };
}

function whoSays({ keyword }: Field, { dockerfile }: Evidence): string {
  const set = lastOfFinalImage(dockerfile, keyword);
  if (set !== undefined) return `${keyword} on line ${set.line} sets it.`;
  const inChain = finalChain(dockerfile);
  const other = dockerfile?.stages.find(
    (stage) => !inChain.includes(stage) && stage.instructions.some((each) => each.keyword === keyword),
  );
  if (other === undefined) return `No ${keyword} in the stages that are shipped says so.`;
  return `${keyword} is in ${other.name === undefined ? 'another stage' : `stage ${other.name}`}, which is not shipped.`;
}
