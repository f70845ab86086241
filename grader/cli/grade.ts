import { readFile, stat, writeFile } from 'node:fs/promises';
import type { Report } from '../contract/report.ts';
import { StagecraftError } from '../errors.ts';
import { loadExercise } from '../exercises/load-exercises.ts';
import { limits } from '../limits.ts';
import { openGrader } from '../open-grader.ts';
import { toJunit } from '../verdict/junit.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { gradingAgain } from './grade-again.ts';
import { openProgressDisplay } from './progress-display.ts';
import { renderReport } from './render-report.ts';
import { showPhases } from './show-phases.ts';

export interface GradeOptions {
  dockerfile?: string;
  dockerignore?: string;
  json?: boolean;
  junit?: string;
}

/** Builds and judges one Dockerfile as the server does. */
export async function grade(slug: string, options: GradeOptions, context: CommandContext): Promise<number> {
  const exercise = await loadExercise(context.settings.contentDir, slug);
  if (options.dockerignore && !options.dockerfile) {
    throw new StagecraftError(
      'bad_input',
      'Expected --dockerfile beside --dockerignore: the solution brings its own .dockerignore.',
    );
  }
  const files = options.dockerfile
    ? {
        dockerfile: await readText(options.dockerfile, limits.admit.dockerfileBytes),
        dockerignore: options.dockerignore
          ? await readText(options.dockerignore, limits.admit.dockerignoreBytes)
          : undefined,
      }
    : exercise.solution;
  const display = openProgressDisplay();
  const grader = await openGrader({ ...context, progress: display.sink, exercises: [slug] });
  try {
    const grade = gradingAgain(grader.grade, display.say);
    const report = await grade(
      { exercise: slug, ...files, learner: 'cli' },
      { emit: showPhases(slug, display.sink), signal: context.signal },
    );
    display.close();
    if (options.junit) await writeFile(options.junit, toJunit(report, slug));
    printReport(report, slug, options.json);
    return exitCodeFor(report);
  } finally {
    display.close();
    await grader.close();
  }
}

export function printReport(report: Report, subject: string, json: boolean | undefined): void {
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, subject));
}

export function exitCodeFor(report: Report): number {
  if (report.verdict === 'passed') return exitCodes.passed;
  return report.verdict === 'grader_error' ? exitCodes.graderFault : exitCodes.notPassed;
}

/**
 * Reads a text file that a person named. Bytes that are not UTF-8 are kept recognisable for `admit`, which says where.
 * @throws StagecraftError `bad_input` with the path and what is wrong with it
 */
export async function readText(path: string, bytesMax: number): Promise<string> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new StagecraftError('bad_input', `Expected a file at ${path}, found a folder or device.`);
    if (info.size > bytesMax) {
      throw new StagecraftError(
        'too_large',
        `${path} has ${info.size} bytes; at most ${bytesMax} are read. Is it the right file?`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof StagecraftError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const found =
      code === 'ENOENT' ? 'there is none' : code === 'EACCES' ? 'it may not be read (no permission)' : String(code);
    throw new StagecraftError('bad_input', `Expected a readable file at ${path}: ${found}.`, { cause: error });
  }
}
