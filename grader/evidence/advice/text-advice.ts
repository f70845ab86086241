/** Advice from the text of the Dockerfile and the size of the context. */

import { formatSize } from '../../checks/format-size.ts';
import type { DockerfileModel, InstructionModel, StageModel } from '../../dockerfile/model.ts';
import type { Advice, InspectedProject } from './advice.ts';
import { listed } from './final-stage.ts';

const INSTALLS =
  /\b(?:npm (?:ci|i|install)\b|yarn(?: install)?(?:\s|$)|pnpm (?:i|install)\b|pip3? install .*-r|poetry install|uv sync|go mod download|mvn .*dependency:|bundle install|composer install|cargo fetch)/;

/** Copying everything before installing makes every change of source code install again. */
export function cacheOrderAdvice({ dockerfile }: InspectedProject): Advice[] {
  return reachable(dockerfile).flatMap((stage) => {
    const install = stage.instructions.findIndex(({ keyword, text }) => keyword === 'RUN' && INSTALLS.test(text));
    if (install < 0) return [];
    const copy = stage.instructions.slice(0, install).find(copiesEverything);
    if (copy === undefined) return [];
    const line = stage.instructions[install]?.line;
    return [
      {
        message: `Everything is copied before dependencies are installed on line ${line}, so every edit installs them again. Copy the lock file first, install, then copy the rest.`,
        line: copy.line,
      },
    ];
  });
}

const BIG_CONTEXT_BYTES = 20e6;

export function contextAdvice({ dockerfile, build, hasDockerignore }: InspectedProject): Advice[] {
  const copy = reachable(dockerfile)
    .flatMap(({ instructions }) => instructions)
    .find(copiesEverything);
  const bytes = build.contextBytes;
  const sent = bytes === undefined ? '' : ` (${formatSize(bytes)} were sent)`;
  if (!hasDockerignore && copy !== undefined) {
    return [
      {
        message: `There is no .dockerignore, and everything is copied${sent}: .git, node_modules and local secrets come along.`,
        line: copy.line,
      },
    ];
  }
  if (bytes === undefined || bytes < BIG_CONTEXT_BYTES) return [];
  return [
    {
      message: `The build context has ${formatSize(bytes)}. List what the build does not need in .dockerignore.`,
      line: copy?.line,
    },
  ];
}

function copiesEverything({ keyword, copy }: InstructionModel): boolean {
  if (keyword !== 'COPY' && keyword !== 'ADD') return false;
  return (
    copy !== undefined && copy.from === undefined && copy.sources.some((source) => /^(?:\.|\.\/|\/|\*)$/.test(source))
  );
}

const SECRET_NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|SECRET_?KEY|CREDENTIALS?|AUTH)(?:_|$)/i;
/** Names that say where a secret is, not what it is. */
const NOT_SECRET = /_(?:FILE|PATH|DIR|URL|NAME|ID|HEADER|ENABLED)$/i;

export function secretNamesAdvice({ dockerfile, image }: InspectedProject): Advice[] {
  const advice: Advice[] = [];
  for (const { keyword, words, text, line } of dockerfile?.instructions ?? []) {
    if (keyword !== 'ENV' && keyword !== 'ARG') continue;
    const names = variableNames(keyword, words ?? text.split(/\s+/)).filter(looksSecret);
    if (names.length === 0) continue;
    const where = keyword === 'ENV' ? 'in the image for everyone who has it' : "in the image's history";
    advice.push({
      message: `${keyword} ${listed(names)} looks like a secret, and its value stays ${where}. Use RUN --mount=type=secret at build time and the environment at run time.`,
      line,
    });
  }
  const written = new Set((dockerfile?.instructions ?? []).flatMap(({ text }) => text.match(/\w+/g) ?? []));
  const inherited = Object.keys(image?.config.env ?? {}).filter((name) => looksSecret(name) && !written.has(name));
  if (inherited.length > 0)
    advice.push({
      message: `The base image brings ${listed(inherited)} in its environment, which looks like a secret.`,
    });
  return advice;
}

function looksSecret(name: string): boolean {
  return SECRET_NAME.test(name) && !NOT_SECRET.test(name);
}

/** `ENV A=1 B=2`, `ENV A 1`, `ARG A`, `ARG A=1`. */
function variableNames(keyword: string, words: readonly string[]): string[] {
  const [first = ''] = words;
  if (keyword === 'ENV' && !first.includes('=')) return [first];
  return words.map((word) => word.split('=', 1)[0] ?? '').filter((name) => /^\w+$/.test(name));
}

/** A tag that moves makes the same file build something else next month. */
export function latestAdvice({ dockerfile }: InspectedProject): Advice[] {
  return reachable(dockerfile).flatMap(({ base, baseStage, line }) => {
    if (baseStage !== undefined || base === 'scratch' || base.includes('@') || base.includes('$')) return [];
    const tag = /:([^/:]+)$/.exec(base)?.[1];
    if (tag !== undefined && tag !== 'latest') return [];
    const said = tag === undefined ? 'names no tag, which means :latest' : 'names :latest';
    return [{ message: `FROM ${base} ${said}: the same file builds something else tomorrow. Name a version.`, line }];
  });
}

function reachable(dockerfile: DockerfileModel | undefined): StageModel[] {
  return (dockerfile?.stages ?? []).filter((stage) => stage.reachable);
}
