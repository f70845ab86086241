/** Where a build error is explained: `/errors/<id>/`, an address that findings and search engines keep. */
import type { BuildError } from './report.ts';

/** Nothing to explain: the learner stopped it, or nobody knows why. */
const withoutPage: ReadonlySet<BuildError['code']> = new Set(['cancelled', 'unknown']);

/** `file_not_found` is explained at `/errors/file-not-found/`; undefined where there is nothing to explain. */
export function errorPage(code: BuildError['code']): string | undefined {
  return withoutPage.has(code) ? undefined : `/errors/${errorId(code)}/`;
}

export const errorId = (code: BuildError['code']) => code.replaceAll('_', '-');
