/**
 * What went wrong in a build, in one sentence with its line and, where it can be known, the nearest right thing.
 *
 * Adding an error is adding one explanation to the table, and one broken build to `fixtures/cases.ts`.
 */
import type { BuildError, Finding } from '../contract/report.ts';
import { type BuildFacts, type Explanation, failedStep } from './build-errors/facts.ts';
import { failedCommand, nodeModuleNotFound, permissionDenied } from './build-errors/failed-command.ts';
import { logLimit, noSpace, outOfMemory, timeout, tooManyProcesses } from './build-errors/limits-hit.ts';
import { brokenText, missingBase } from './build-errors/missing-base.ts';
import { missingCommand, missingShell } from './build-errors/missing-command.ts';
import { missingFile } from './build-errors/missing-file.ts';
import { missingLockFile } from './build-errors/missing-lock-file.ts';
import { missingPackage, noNetwork } from './build-errors/missing-package.ts';

/** The first that recognises the failure explains it: limits before what they cause, the special before the general. */
const explanations: Explanation[] = [
  timeout,
  logLimit,
  outOfMemory,
  noSpace,
  tooManyProcesses,
  missingFile,
  missingBase,
  brokenText,
  missingShell,
  missingCommand,
  missingLockFile,
  missingPackage,
  noNetwork,
  permissionDenied,
  nodeModuleNotFound,
  failedCommand,
];

/** Explains a failed build. Never rejects because an explanation can't be found: then the error is `unknown`. */
export async function explainFailure(facts: BuildFacts): Promise<BuildError> {
  const step = failedStep(facts);
  const { failure, stage } = step;
  const common = {
    ...(failure.line !== undefined && { line: step.instruction?.line ?? failure.line }),
    ...(stage !== undefined && { stage: stage.name ?? String(stage.index) }),
    ...(failure.raw !== '' && { raw: failure.raw }),
  };
  for (const explain of explanations) {
    const found = await explain(step);
    if (found === undefined) continue;
    const { hint, ...rest } = found;
    return { ...rest, ...(hint !== undefined && hint !== '' && { hint }), ...common };
  }
  return { code: 'unknown', message: `${step.where} failed for a reason that is not known here.`, ...common };
}

const codeOfRule: Record<string, BuildError['code']> = {
  'base-image': 'unknown_base_image',
  'unknown-stage': 'unknown_stage',
};
const syntaxRules = new Set(
  'syntax heredoc directive unknown-instruction unknown-flag empty no-from stage-name inline-comment not-text'.split(
    ' ',
  ),
);

/** The error of a build that was refused before it began; undefined when nothing refuses it. */
export function errorFromFindings(findings: readonly Finding[]): BuildError | undefined {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const first = errors[0];
  if (first === undefined) return undefined;
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  const code = codeOfRule[first.rule] ?? (syntaxRules.has(first.rule) ? 'syntax' : 'policy');
  const where = first.file === 'Dockerfile' ? { line: first.line } : {};
  return { code, message: `${first.message}${more}`, ...where };
}
