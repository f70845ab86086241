/**
 * A check judges evidence. It does no I/O and never imports `engine/`, `build/` or `evidence/` at run time, so that
 * every check is tested without Docker.
 */
import type { z } from 'zod';
import type { CheckReport } from '../contract/report.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { EvidenceNeed } from '../evidence/need.ts';

/** One rule of Stagecraft: a folder of `checks/` with this, `explain.md` and tests, and one line in `registry.ts`. */
export interface CheckType<Params = unknown> {
  /** The folder's name. */
  type: string;
  schema: z.ZodType<Params>;
  /** `text`: reports also after a failed build. `image`: is skipped when nothing was built. */
  judges: 'text' | 'image';
  /** One sentence for the list of checks, before anything is built. */
  expected(params: Params): string;
  /** Why it matters in production, one or two sentences. */
  why: string;
  needs?(params: Params, checkId: string): EvidenceNeed[];
  /** The same with limits lowered by this share (0.05): `verify` asks whether right answers keep a distance from them. */
  tighter?(params: Params, share: number): Params;
  judge(params: Params, evidence: Evidence, checkId: string): Judgement;
}

export interface Judgement {
  status: 'passed' | 'failed' | 'skipped';
  /** What was found, as a noun phrase with numbers: `412 MB`, `root (uid 0)`. */
  actual: string;
  /** One or two sentences: what was found and what to look at, without giving the solution away. */
  message: string;
  line?: number;
  /** Where several things are judged by themselves: one each. */
  details?: CheckReport['details'];
  /** Where a size was judged: what it was judged by. */
  sizes?: CheckReport['sizes'];
}
