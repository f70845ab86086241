/** Reads the stand-in Dockerfile as far as a recipe needs it: what does one stage depend on? */
import { StagecraftError } from '../../errors.ts';

export interface StageNeeds {
  /** The stage and all it is built from, as text. */
  text: string;
  /** Named contexts, and within `files` the folder: `debian`, `files/base`. */
  contexts: string[];
  /** Names of build arguments: `MIRROR`. */
  buildArgs: string[];
}

/** @throws StagecraftError `internal` when the Dockerfile has no such stage */
export function stageNeeds(dockerfile: string, target: string): StageNeeds {
  const stages = splitStages(dockerfile);
  const used = new Set<string>();
  const contexts = new Set<string>();
  const visit = (name: string): void => {
    if (used.has(name)) return;
    used.add(name);
    for (const { source, folder } of sourcesOf(stages.get(name) as string)) {
      if (stages.has(source)) visit(source);
      else if (source !== 'scratch') contexts.add(folder === undefined ? source : `${source}/${folder}`);
    }
  };
  if (!stages.has(target)) throw new StagecraftError('internal', `The stand-in Dockerfile has no stage ${target}.`);
  visit(target);
  const text = [...stages].flatMap(([name, part]) => (used.has(name) ? [part] : [])).join('');
  const buildArgs = new Set([...text.matchAll(/^ARG (\w+)$/gm)].map((match) => match[1] as string));
  return { text, contexts: [...contexts].sort(), buildArgs: [...buildArgs].sort() };
}

/** By name, each from its `FROM` to the next; comments of its own and of the next stage's heading included. */
function splitStages(dockerfile: string): Map<string, string> {
  const parts = dockerfile.split(/^(?=FROM )/m).slice(1);
  return new Map(parts.map((part) => [/^FROM \S+ AS (\S+)/.exec(part)?.[1] ?? '', withoutComments(part)]));
}

/** Comments change no image, and the heading of the next family stands in this stage's text. */
function withoutComments(part: string): string {
  return part.replace(/^#.*\n/gm, '').replace(/\n+$/, '\n');
}

function sourcesOf(part: string): { source: string; folder: string | undefined }[] {
  const base = /^FROM (\S+)/.exec(part)?.[1] as string;
  const others = [...part.matchAll(/(?:--from=|\bfrom=)([\w.-]+)(?:,source=([\w.-]+))?/g)];
  return [
    { source: base, folder: undefined },
    ...others.map((match) => ({ source: match[1] as string, folder: match[2] })),
  ];
}
