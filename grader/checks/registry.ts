/** Every check type, one line each; what an exercise writes becomes checks here, and checks become reports. */
import { z } from 'zod';
import type { CheckReport } from '../contract/report.ts';
import { StagecraftError } from '../errors.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { EvidenceNeed } from '../evidence/need.ts';
import { base } from './base/check.ts';
import { builds } from './builds/check.ts';
import { cache } from './cache/check.ts';
import type { CheckType, Judgement } from './check.ts';
import { context } from './context/check.ts';
import { efficiency } from './efficiency/check.ts';
import { entrypoint } from './entrypoint/check.ts';
import { env } from './env/check.ts';
import { type ExplainedIssue, explainIssues, unknownKey } from './explain-issue.ts';
import { files } from './files/check.ts';
import { healthcheck } from './healthcheck/check.ts';
import { history } from './history/check.ts';
import { http } from './http/check.ts';
import { imageConfig } from './image-config/check.ts';
import { labels } from './labels/check.ts';
import { packages } from './packages/check.ts';
import { platform } from './platform/check.ts';
import { prediction } from './prediction/check.ts';
import { processOne } from './process/check.ts';
import { readOnly } from './read-only/check.ts';
import { rebuild } from './rebuild/check.ts';
import { reproducible } from './reproducible/check.ts';
import { secret } from './secret/check.ts';
import { shell } from './shell/check.ts';
import { size } from './size/check.ts';
import { ssh } from './ssh/check.ts';
import { stages } from './stages/check.ts';
import { stops } from './stops/check.ts';
import { target } from './target/check.ts';
import { update } from './update/check.ts';
import { user } from './user/check.ts';

export const checkTypes: readonly CheckType[] = [
  builds,
  size,
  http,
  user,
  shell,
  files,
  secret,
  cache,
  prediction,
  rebuild,
  update,
  stages,
  target,
  platform,
  efficiency,
  packages,
  reproducible,
  ssh,
  base,
  entrypoint,
  context,
  processOne,
  stops,
  readOnly,
  healthcheck,
  labels,
  env,
  history,
  imageConfig,
];

/** A check of an exercise: a type with its parameters. */
export interface ParsedCheck {
  id: string;
  title: string | undefined;
  type: CheckType;
  /** What `type.schema` made of it. */
  params: unknown;
}

export type ParseCheckResult = { ok: true; check: ParsedCheck } | { ok: false; issues: ExplainedIssue[] };

const headSchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected an id like small-image'),
  type: z.enum(checkTypes.map(({ type }) => type)),
  title: z.string().min(1).optional(),
});

/** Reads one entry of an exercise's `checks`: `id`, `type`, perhaps `title`, and the type's parameters beside them. */
export function parseCheck(raw: unknown): ParseCheckResult {
  const head = headSchema.safeParse(raw);
  if (!head.success) return { ok: false, issues: explainIssues(head.error.issues, { input: raw, schema: headSchema }) };
  const { id, type: name, title, ...rest } = head.data;
  const type = checkType(name);
  const params = type.schema.safeParse(rest);
  if (params.success) return { ok: true, check: { id, title, type, params: params.data } };
  const issues = explainIssues(params.error.issues, { input: rest, schema: type.schema });
  return { ok: false, issues: issues.map((issue) => withHeadKeys(issue, type)) };
}

/** @throws StagecraftError `not_found` */
export function checkType(name: string): CheckType {
  const found = checkTypes.find(({ type }) => type === name);
  if (found !== undefined) return found;
  throw new StagecraftError('not_found', `There is no check type ${JSON.stringify(name.slice(0, 60))}.`);
}

/** The same check with its limits lowered by a share; one that has none to lower stays as it is. */
export function tightened(check: ParsedCheck, share: number): ParsedCheck {
  return { ...check, params: check.type.tighter?.(check.params, share) ?? check.params };
}

/** What has to be collected for these checks: one run with all requests, everything else once. */
export function needsOf(checks: readonly ParsedCheck[]): EvidenceNeed[] {
  const needs = checks.flatMap(({ id, type, params }) => type.needs?.(params, id) ?? []);
  const runs = needs.filter((need) => need.kind === 'run');
  const rest = needs.filter((need) => need.kind !== 'run');
  const once = new Map(rest.map((need) => [JSON.stringify(need), need]));
  return [
    ...once.values(),
    ...(runs.length > 0 ? [{ kind: 'run' as const, requests: runs.flatMap(({ requests }) => requests) }] : []),
  ];
}

/**
 * Judges every check: one failure never hides another.
 * @throws StagecraftError `internal`, naming the check, when a check itself breaks or was not given the evidence that it
 * needs: our fault, not the learner's.
 */
export function judgeAll(checks: readonly ParsedCheck[], evidence: Evidence): CheckReport[] {
  return checks.map((check) => reportOf(check, judgeOne(check, evidence)));
}

function judgeOne({ id, type, params }: ParsedCheck, evidence: Evidence): Judgement {
  if (type.judges === 'image' && evidence.image === undefined) {
    return {
      status: 'skipped',
      actual: 'nothing was built',
      message: 'Not judged, because nothing was built; see why the build failed first.',
    };
  }
  const judgement = judgedBy({ id, type, params }, evidence);
  // Where something was built, a check that sees nothing was not given what it asked for. Skipped would read as passed.
  if (judgement.status === 'skipped' && evidence.image !== undefined) {
    throw new StagecraftError(
      'internal',
      `The check ${id} (${type.type}) ${judgement.message.replace(/^Not judged/, 'could not be judged')}`,
    );
  }
  return judgement;
}

function judgedBy({ id, type, params }: Omit<ParsedCheck, 'title'>, evidence: Evidence): Judgement {
  try {
    return type.judge(params, evidence, id);
  } catch (cause) {
    const message = `The check ${id} (${type.type}) broke while it judged what was built. This is a fault on our side; the details are in the log.`;
    throw new StagecraftError('internal', message, { cause });
  }
}

function reportOf({ id, title, type, params }: ParsedCheck, judgement: Judgement): CheckReport {
  const { status, actual, message, line, details, sizes } = judgement;
  return {
    id,
    type: type.type,
    ...(title !== undefined && { title }),
    status,
    expected: type.expected(params),
    actual,
    ...(line !== undefined && { line }),
    message,
    ...(details !== undefined && { details }),
    ...(sizes !== undefined && { sizes }),
    why: type.why,
    readMore: `/checks/${type.type}`,
  };
}

/** An unknown key beside `id` and `type` may be a slip in one of those. */
function withHeadKeys(issue: ExplainedIssue, { schema }: CheckType): ExplainedIssue {
  if (issue.key === undefined || issue.path.length > 0) return issue;
  const own = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  return { ...issue, message: unknownKey(issue.key, ['id', 'type', 'title', ...own]) };
}
