import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StagecraftError } from '../errors.ts';
import type { BuildSecret } from '../inspect-project.ts';
import { limits } from '../limits.ts';
import { openGrader } from '../open-grader.ts';
import type { CommandContext } from './command.ts';
import { exitCodeFor, printReport, readText } from './grade.ts';
import { openProgressDisplay } from './progress-display.ts';
import { showPhases } from './show-phases.ts';

export interface InspectOptions {
  dockerfile?: string;
  target?: string;
  buildArg: string[];
  secret: string[];
  json?: boolean;
}

/** Builds any project's Dockerfile in the sandbox and reports the evidence, without an exercise. */
export async function inspect(folder: string, options: InspectOptions, context: CommandContext): Promise<number> {
  const contextDir = resolve(folder);
  await expectFolder(contextDir);
  const dockerfilePath = options.dockerfile ? resolve(options.dockerfile) : join(contextDir, 'Dockerfile');
  const dockerfile = await readText(dockerfilePath, limits.admit.dockerfileBytes);
  const buildArgs = Object.fromEntries(options.buildArg.map(parseBuildArg));
  const secrets = await Promise.all(options.secret.map(parseSecret));
  const display = openProgressDisplay();
  const grader = await openGrader({ ...context, progress: display.sink, exercises: [] });
  try {
    const request = { contextDir, dockerfile, target: options.target, buildArgs, secrets };
    const report = await grader.inspect(request, { emit: showPhases(folder, display.sink), signal: context.signal });
    display.close();
    printReport(report, folder, options.json);
    return exitCodeFor(report);
  } finally {
    display.close();
    await grader.close();
  }
}

async function expectFolder(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) return;
  const found = info ? 'a file' : 'nothing';
  throw new StagecraftError('bad_input', `Expected a folder with a Dockerfile at ${path}, found ${found}.`);
}

/** `KEY=value`. @throws StagecraftError `bad_input` when there is no `=` or no key */
export function parseBuildArg(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new StagecraftError('bad_input', `Expected --build-arg KEY=value, found ${JSON.stringify(text)}.`);
}

/** `id=…,src=…`, as buildx takes it. @throws StagecraftError `bad_input` for missing parts or an unreadable file */
export async function parseSecret(text: string): Promise<BuildSecret> {
  const parts = new Map(text.split(',').map((part) => part.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const id = parts.get('id');
  const src = parts.get('src') ?? parts.get('source');
  if (!id || !src)
    throw new StagecraftError('bad_input', `Expected --secret id=NAME,src=FILE, found ${JSON.stringify(text)}.`);
  const info = await stat(src).catch(() => undefined);
  if (!info?.isFile())
    throw new StagecraftError(
      'bad_input',
      `Expected the file of secret "${id}" at ${src}, found ${info ? 'no file' : 'nothing'}.`,
    );
  return { id, src: resolve(src) };
}
