/**
 * Everything that can be said about the learner's files from their text: what the grader would refuse, in its own
 * words, then the course's rules and BuildKit's build checks under their own names.
 *
 * Absent on purpose: what only a build can know (InvalidBaseImagePlatform, a file that is not there).
 */
import type { Finding } from '../../grader/contract/report.ts';
import { admit } from '../../grader/dockerfile/admit.ts';
import { nearest } from '../../grader/dockerfile/nearest.ts';
import { canonicalReference } from '../../grader/dockerfile/reference.ts';
import type { Fix, ImageName, Problem } from './problem.ts';
import { type FilesToJudge, type Rule, type RuleContext, replaceAt, ruleContext } from './rule-context.ts';
import { ruleStrings as say } from './rule-strings.ts';
import { invalidDefaultArgInFrom, movingTag, platformFlag, undefinedArgInFrom } from './rules/bases.ts';
import { consistentInstructionCasing, fromAsCasing, stageNameCasing } from './rules/casing.ts';
import { jsonArgsRecommended, multipleInstructions } from './rules/commands.ts';
import { factsOf, isBuildKitRule, pageOf } from './rules/facts.ts';
import { exposedPorts, maintainerDeprecated, noEmptyContinuation, workdirRelativePath } from './rules/form.ts';
import { copyBeforeInstall, copyIgnoredFile, runsAsRoot } from './rules/order.ts';
import { reservedStageName, unusedStage } from './rules/stages.ts';
import { legacyKeyValue, secretsInArgOrEnv, undefinedVar } from './rules/values.ts';

const rules: Rule[] = [
  stageNameCasing,
  fromAsCasing,
  consistentInstructionCasing,
  reservedStageName,
  unusedStage,
  movingTag,
  undefinedArgInFrom,
  invalidDefaultArgInFrom,
  platformFlag,
  jsonArgsRecommended,
  multipleInstructions,
  legacyKeyValue,
  secretsInArgOrEnv,
  undefinedVar,
  copyBeforeInstall,
  runsAsRoot,
  copyIgnoredFile,
  noEmptyContinuation,
  maintainerDeprecated,
  workdirRelativePath,
  exposedPorts,
];

/** Findings of the grader that BuildKit has a name for. */
const buildKitNames: Record<string, string> = { 'duplicate-stage': 'DuplicateStageName', 'global-arg': 'UndefinedVar' };

/** More would not be read, and each costs a squiggle. */
export const problemsMax = 100;

/** In the order of lines. Never throws, whatever the text. */
export function findProblems(files: FilesToJudge): Problem[] {
  const admitted = refusals(files);
  // A text that could not be read at all, or is beyond all bounds, is not judged further.
  if (admitted.tooMuch) return admitted.problems;
  const context = ruleContext(files);
  const found = rules.flatMap((rule) => rule(context).map((seen) => toProblem(seen)));
  const refused = admitted.problems.map((problem) => ({ ...problem, fixes: fixesOf(problem, context) }));
  const skipped = skippedRules(context);
  return [...refused, ...found]
    .filter(({ rule }) => !(isBuildKitRule(rule) && (skipped.has('all') || skipped.has(rule.toLowerCase()))))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, problemsMax);
}

function refusals({ dockerfile, dockerignore, images }: FilesToJudge): { problems: Problem[]; tooMuch: boolean } {
  const names = imageTable(images);
  const admission = admit(
    { dockerfile, dockerignore },
    {
      findImage: (reference) => (names.size === 0 ? true : names.get(canonicalReference(reference) ?? '')),
      exampleImages: images.map(({ name }) => name),
      brief: true,
    },
  );
  return { problems: admission.findings.map(fromFinding), tooMuch: admission.dockerfile === undefined };
}

function imageTable(images: readonly ImageName[]): Map<string, ImageName> {
  return new Map(images.flatMap((image) => [image.name, ...image.aliases].map((name) => [name, image] as const)));
}

function fromFinding(finding: Finding): Problem {
  const { line, column, endLine = line, endColumn = column, severity, message, file } = finding;
  const rule = buildKitNames[finding.rule] ?? finding.rule;
  return { rule, file, line, column, endLine, endColumn, severity, message, readMore: pageOf(rule), fixes: [] };
}

function toProblem({ rule, at, message, fixes = [] }: ReturnType<Rule>[number]): Problem {
  const { line, column, endLine, endColumn } = at;
  return { rule, file: 'Dockerfile', line, column, endLine, endColumn, message, fixes, ...factsOf(rule) };
}

/** `# check=skip=StageNameCasing,JSONArgsRecommended;error=true` */
function skippedRules({ parsed }: RuleContext): Set<string> {
  const check = parsed.directives.find(({ name }) => name === 'check')?.value ?? '';
  const skip = /(?:^|;)\s*skip=([^;]*)/i.exec(check)?.[1] ?? '';
  return new Set(skip.split(',').map((rule) => rule.trim().toLowerCase()));
}

const offersMax = 3;

/** For names that mean nothing: the nearest one that means something, or else the earlier stages. */
function fixesOf(problem: Problem, { parsed, lines, images }: RuleContext): Fix[] {
  if (problem.file !== 'Dockerfile' || problem.line !== problem.endLine) return [];
  const written = (lines[problem.line - 1] ?? '').slice(problem.column - 1, problem.endColumn - 1);
  if (problem.rule !== 'unknown-stage' && problem.rule !== 'base-image') return [];
  const [, prefix = '', name = ''] = /^(from=)?(.*)$/.exec(written) ?? [];
  const stages = parsed.model.stages;
  const own = stages.findLast((stage) => stage.line <= problem.line)?.index ?? 0;
  const earlier = stages.slice(0, own).flatMap((stage) => stage.name ?? []);
  const meant = nearest(name, [...earlier, ...images.map((image) => image.name)]);
  const offers = meant === undefined ? earlier.slice(-offersMax) : [meant];
  return offers.map((offer) => ({ title: say.fix.to(offer), edits: [replaceAt(problem, `${prefix}${offer}`)] }));
}
