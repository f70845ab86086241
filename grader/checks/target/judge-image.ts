/** Simple properties of a target's image. */
import type { LayerEntry } from '../../engine/engine.ts';
import type { ImageEvidence, TargetEvidence } from '../../evidence/evidence.ts';
import type { Judgement } from '../check.ts';
import { finalStage, stageTitle } from '../dockerfile-walk.ts';
import { formatSizes } from '../format-size.ts';
import { failed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { globMatcher, textMatcher } from '../params.ts';
import { shellsIn } from '../shell/shells-in.ts';
import { list, plain, quote } from '../show.ts';
import type { TargetContext } from './judge-build.ts';

export function judgeImage({ image }: TargetEvidence, context: TargetContext): Judgement | undefined {
  if (image === undefined) return undefined;
  const problem =
    sizeProblem(image, context) ??
    filesProblem(image, context) ??
    shellProblem(image, context) ??
    userProblem(image, context) ??
    commandProblem(image, context);
  return problem && failed({ ...problem, line: problem.line ?? lineOf(context) });
}

interface Problem {
  actual: string;
  message: string;
  line?: number | undefined;
}

function sizeProblem(image: ImageEvidence, { params, title }: TargetContext): Problem | undefined {
  const { max, min } = params;
  if (max !== undefined && image.sizeBytes > max) {
    const [found, allowed] = formatSizes(image.sizeBytes, max);
    const biggest = image.layers.toSorted((one, other) => other.sizeBytes - one.sizeBytes)[0];
    const message = `${title} has ${found}, but the limit is ${allowed}. Its biggest layer comes from ${layerTitle(biggest)}.`;
    return { actual: found, message, line: biggest?.line };
  }
  if (min === undefined || image.sizeBytes >= min) return undefined;
  const [found, wanted] = formatSizes(image.sizeBytes, min);
  const message = `${title} has ${found}; at least ${wanted} were expected: what it needs for its purpose is not in it.`;
  return { actual: found, message };
}

function filesProblem({ files, layers }: ImageEvidence, { params, title }: TargetContext): Problem | undefined {
  const paths = [...files.keys()];
  const missing = (params.present ?? []).filter((glob) => !paths.some(globMatcher([glob])));
  if (missing.length > 0) {
    const message = `${title} has nothing that matches ${list(missing.map((glob) => quote(glob)))}.`;
    return { actual: `${missing.length} missing`, message };
  }
  const matches = globMatcher(params.absent ?? []);
  const unwanted = params.absent === undefined ? [] : paths.filter((path) => matches(path));
  const first = unwanted[0];
  if (first === undefined) return undefined;
  const layer = layers[files.get(first)?.layer ?? -1];
  const message = `${title} has ${list(unwanted.map((path) => quote(path, 100)))}; it should not. ${quote(first, 100)} comes from ${layerTitle(layer)}.`;
  return { actual: `${unwanted.length} files that should not be there`, message, line: layer?.line };
}

function shellProblem({ files }: ImageEvidence, { params, title }: TargetContext): Problem | undefined {
  if (params.shell === undefined) return undefined;
  const shell = shellsIn(files)[0];
  if (params.shell === (shell !== undefined)) return undefined;
  return shell === undefined
    ? { actual: 'no shell', message: `${title} has no shell, but its purpose needs one.` }
    : {
        actual: plain(shell.path, 60),
        message: `${title} has the shell ${quote(shell.path, 80)}; it should have none.`,
      };
}

/** By the name alone: nothing of it is run, so a name that /etc/passwd gives the uid 0 goes unnoticed here. */
function userProblem({ config }: ImageEvidence, { params, title }: TargetContext): Problem | undefined {
  const name = (config.user.split(':')[0] ?? '').trim();
  if (params.nonRoot !== true || !['', '0', 'root'].includes(name)) return undefined;
  return {
    actual: 'root',
    message: `${title} runs as root: ${name === '' ? 'no USER is set in it' : 'USER says so'}.`,
  };
}

function commandProblem({ config }: ImageEvidence, { params, title }: TargetContext): Problem | undefined {
  if (params.command === undefined) return undefined;
  const command = [...config.entrypoint, ...config.cmd].join(' ');
  if (textMatcher(params.command)(command)) return undefined;
  const message = `${title} starts ${quote(command, 120)}; expected a command with ${quote(params.command, 80)}.`;
  return { actual: plain(command, 60), message };
}

/** What a plain build ships is compared by what is in it: a last stage that only continues the target is right too. */
export function judgeShipped(
  { image }: TargetEvidence,
  { params, evidence, title }: TargetContext,
): Judgement | undefined {
  const shipped = evidence.image;
  if (params.isDefault === undefined || image === undefined || shipped === undefined) return undefined;
  const same = isSameContent(image, shipped);
  if (same === params.isDefault) return undefined;
  const stage = finalStage(evidence.dockerfile);
  const last = stage === undefined ? 'another stage' : stageTitle(stage);
  const message = same
    ? `${title} is what a plain \`docker build\` ships, and it should not be: the last stage is the one that is shipped.`
    : `A plain \`docker build\`, without --target, ships ${last}, not what ${params.target} is: the last stage is the one that is shipped.`;
  return failed({ actual: `a plain build ships ${last}`, message, line: stage?.line });
}

/** Not by diff ids: files that were made at another time are the same files. */
function isSameContent(one: ImageEvidence, other: ImageEvidence): boolean {
  if (JSON.stringify(one.config) !== JSON.stringify(other.config) || one.files.size !== other.files.size) return false;
  return [...one.files].every(([path, entry]) => {
    const twin = other.files.get(path);
    return twin !== undefined && listed(entry) === listed(twin);
  });
}

function listed({ type, sizeBytes, mode, uid, gid, linkTarget }: LayerEntry): string {
  return JSON.stringify([type, sizeBytes, mode, uid, gid, linkTarget]);
}

function lineOf({ params, evidence }: TargetContext): number | undefined {
  const stages = evidence.dockerfile?.stages ?? [];
  return (stages.find(({ name }) => name === params.target) ?? finalStage(evidence.dockerfile))?.line;
}
