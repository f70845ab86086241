/** What the self-test says about an engine: one wall per thing that learners' code must not be able to do. */
import { z } from 'zod';

export const wallSchema = z.object({
  /** Stable: `build-internet`, `run-memory`. */
  id: z.string(),
  title: z.string(),
  /** False also when it could not be tried: what was not seen to hold does not count as holding. */
  held: z.boolean(),
  /** What the attack did. */
  attempted: z.string(),
  /** What came of it. */
  seen: z.string(),
  /** What to do where it is missing. */
  mend: z.string(),
});
export type Wall = z.infer<typeof wallSchema>;

export const isolationReportSchema = z.object({
  /** ISO 8601. */
  at: z.string(),
  durationMs: z.number(),
  launcher: z.enum(['host', 'docker', 'external']),
  walls: z.array(wallSchema).min(1),
});
export type IsolationReport = z.infer<typeof isolationReportSchema>;

export function missingWalls({ walls }: Pick<IsolationReport, 'walls'>): Wall[] {
  return walls.filter((wall) => !wall.held);
}

/** Of walls named in a sentence; the table has them all. */
const titlesMax = 3;

/** For people: which walls are missing, and what to do about it. */
export function weakIsolationSentence(report: Pick<IsolationReport, 'walls'>): string {
  const missing = missingWalls(report);
  const shown = missing.slice(0, titlesMax).map((wall) => wall.title);
  if (missing.length > titlesMax) shown.push(`${missing.length - titlesMax} more`);
  const count = missing.length === 1 ? 'One wall' : `${missing.length} walls`;
  return `${count} of the sandbox could not be seen to hold, so nothing is graded: ${shown.join('; ')}. \`npx stagecraft engine check\` shows what was tried and how to mend it; --accept-weak-isolation grades all the same.`;
}
