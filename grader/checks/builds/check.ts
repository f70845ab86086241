import { z } from 'zod';
import type { BuildError } from '../../contract/report.ts';
import type { CheckType } from '../check.ts';
import { failed, passed } from '../judgement.ts';
import { plain, sentence } from '../show.ts';

const schema = z.strictObject({});

export const builds: CheckType<z.infer<typeof schema>> = {
  type: 'builds',
  schema,
  // A failed build is what this check reports, so it is never skipped for want of an image.
  judges: 'text',
  expected: () => 'The Dockerfile builds.',
  why: 'What does not build from a clean checkout can not be shipped, and nobody else can repeat it.',
  judge(_params, { build, image }) {
    if (build.ok && image !== undefined) {
      return passed(`built in ${(build.durationMs / 1000).toFixed(1)} s`, 'The Dockerfile builds.');
    }
    const { error } = build;
    if (error === undefined) {
      return failed({
        actual: 'no image',
        message: 'The build ended without an image; look at the end of the build log.',
      });
    }
    return failed({ actual: foundText(error), message: messageFor(error), line: error.line });
  },
};

/** What was found, for the line "found: …". */
const findings: Record<BuildError['code'], string> = {
  policy: 'refused before building',
  syntax: 'not a valid Dockerfile',
  file_not_found: 'a file is missing',
  unknown_stage: 'a stage is missing',
  unknown_base_image: 'an unknown base image',
  compiler_missing: 'the compiler is missing',
  command_not_found: 'a command is missing',
  lock_file_missing: 'the lock file is missing',
  package_not_in_mirror: 'a package is missing',
  no_space: 'no space left',
  out_of_memory: 'out of memory',
  too_many_processes: 'too many processes',
  timeout: 'not done in time',
  log_limit: 'too long a log',
  cancelled: 'cancelled',
  command_failed: 'a command failed',
  unknown: 'the build failed',
};

function foundText({ code, stage }: BuildError): string {
  return `${findings[code]}${stage === undefined ? '' : ` (stage ${plain(stage, 60)})`}`;
}

function messageFor(error: BuildError): string {
  const hint = error.hint === undefined ? '' : ` ${sentence(plain(error.hint, 300))}`;
  return `${sentence(plain(error.message, 500))}${hint}`;
}
