/** COPY, ADD or a bind mount of something that is not there: in the context, a stage or an image. */
import { posix } from 'node:path';
import { listed, quoted } from '../../dockerfile/findings.ts';
import { fitsPattern } from '../../dockerfile/fits-pattern.ts';
import type { StageModel } from '../../dockerfile/model.ts';
import { nearest } from '../../dockerfile/nearest.ts';
import { type Explained, type Explanation, type FailedStep, stageTitle } from './facts.ts';

export const missingFile: Explanation = async (step) => {
  const path = missingPath(step.failure.raw) ?? missingFolder(step);
  if (path === undefined) return undefined;
  const from = sourceOf(step);
  if (from === undefined) return missingInContext(step, path.replace(/^\/+/, ''));
  if (typeof from === 'string') {
    return { code: 'file_not_found', message: `${step.where}: the image ${quoted(from)} has no ${quoted(path)}.` };
  }
  return missingInStage(step, from, path);
};

/** `…: "/app/dist": not found`, quoted as Go does. */
function missingPath(raw: string): string | undefined {
  const match = /failed to calculate checksum of ref .*?: ("(?:[^"\\]|\\.)*"): not found/s.exec(raw);
  if (match?.[1] === undefined) return undefined;
  try {
    return String(JSON.parse(match[1]));
  } catch {
    return match[1].slice(1, -1);
  }
}

/** `failed to walk /app/bulid: lstat …`: a folder above the source is not there. */
function missingFolder({ failure, instruction }: FailedStep): string | undefined {
  const folder = /failed to walk (\/[^:\n]{1,1000}): lstat [^:\n]{1,1000}: no such file or directory/.exec(
    failure.raw,
  )?.[1];
  if (folder === undefined) return undefined;
  const sources = instruction?.copy?.sources.map((source) => posix.join('/', source)) ?? [];
  return sources.find((source) => isBelow(source, folder)) ?? folder;
}

/** The stage, the image's name, or undefined for the context. */
function sourceOf({ instruction, dockerfile }: FailedStep): StageModel | string | undefined {
  const mounted = instruction?.mounts.find((mount) => mount.from !== undefined)?.from;
  const from = instruction?.copy?.from ?? mounted;
  if (from === undefined) return undefined;
  const index = instruction?.copy?.fromStage;
  return (
    dockerfile?.stages.find((stage) => stage.index === index || (mounted !== undefined && stage.name === mounted)) ??
    from
  );
}

async function missingInStage(step: FailedStep, stage: StageModel, path: string): Promise<Explained> {
  const title = stageTitle(stage);
  const message = `${step.where}: there is no ${quoted(path)} in ${title}.`;
  const mount = stage.instructions
    .flatMap((each) => each.mounts.map((fields) => ({ line: each.line, ...fields }) as Record<string, unknown>))
    .find(
      ({ type, target, dst, destination }) => type === 'cache' && isBelow(path, String(target ?? dst ?? destination)),
    );
  if (mount !== undefined) {
    const hint = `Line ${mount.line} mounts a cache there, and what is written into a cache mount does not become part of the stage. Write the result to another folder.`;
    return { code: 'file_not_found', message, hint };
  }
  const around = await step.neighbours?.(stage.index, path);
  if (around === undefined) return { code: 'file_not_found', message };
  const { folder, entries, elsewhere } = around;
  const start = folder === '/' ? '/' : `${folder}/`;
  const near = nearest(path, [...elsewhere, ...entries.map((entry) => `${start}${entry.replace(/\/$/, '')}`)]);
  const meant = near ?? elsewhere[0];
  const hint = [
    meant === undefined ? '' : `Did you mean ${quoted(meant)}? `,
    entries.length === 0 ? `${folder} is empty there.` : `${folder} holds ${listed(entries.map(quoted))} there.`,
  ];
  return { code: 'file_not_found', message, hint: hint.join('') };
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);
}

function missingInContext(step: FailedStep, path: string): Explained {
  const files = step.contextFiles ?? [];
  const exists = files.some((file) => isBelow(file, path));
  if (exists) {
    const line = ignoringLine(step.dockerignore, path);
    const by = line === undefined ? '.dockerignore keeps it out' : `line ${line} of .dockerignore keeps it out`;
    const message = `${step.where}: ${quoted(path)} is in the app, but ${by} of the build context.`;
    return { code: 'file_not_found', message, hint: 'Remove that line, or do not copy the file.' };
  }
  const message = `${step.where}: there is no ${quoted(path)} in the build context.`;
  if (files.length === 0) return { code: 'file_not_found', message };
  if (/(^|\/)go\.sum$/.test(path) && files.some((file) => /(^|\/)go\.mod$/.test(file))) {
    return {
      code: 'file_not_found',
      message,
      hint: 'This app has no dependencies, so it has no go.sum. Copy go.mod only.',
    };
  }
  const folders = new Set(files.flatMap(foldersOf));
  const meant = nearest(path, [...files, ...folders]);
  const depth = path.split('/').length;
  const siblings = [...new Set(files.map((file) => file.split('/').slice(0, depth).join('/')))];
  const beside = siblings.filter((each) => depth === 1 || each.startsWith(`${path.slice(0, path.lastIndexOf('/'))}/`));
  const holds = `There ${beside.length === 1 ? 'is' : 'are'} ${listed(beside.map(quoted))}.`;
  return {
    code: 'file_not_found',
    message,
    hint: `${meant === undefined ? '' : `Did you mean ${quoted(meant)}? `}${beside.length === 0 ? '' : holds}`.trim(),
  };
}

function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** The last line that matches the path or a folder above it; 1-based. */
function ignoringLine(dockerignore: string | undefined, path: string): number | undefined {
  const candidates = [path, ...foldersOf(path)];
  const lines = (dockerignore ?? '').split('\n').map((line) => line.trim().replace(/^\.?\/+|\/+$/g, ''));
  const at = lines.findLastIndex((pattern) => {
    if (pattern === '' || pattern.startsWith('#') || pattern.startsWith('!')) return false;
    return candidates.some((candidate) => fitsPattern(pattern, candidate));
  });
  return at === -1 ? undefined : at + 1;
}
