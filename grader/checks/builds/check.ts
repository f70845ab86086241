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

function foundText(error: BuildError): string {
  return `${error.code.replaceAll('_', ' ')}${error.stage ? ` in stage ${plain(error.stage, 60)}` : ''}`;
}

function messageFor(error: BuildError): string {
  const hint = error.hint === undefined ? '' : ` ${sentence(plain(error.hint, 300))}`;
  return `${sentence(plain(error.message, 500))}${hint}`;
}
