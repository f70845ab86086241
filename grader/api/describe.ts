/** Shorthand for what OpenAPI is told about an answer. */
import { describeRoute, resolver } from 'hono-openapi';
import type { z } from 'zod';
import { apiErrorSchema } from '../contract/submission.ts';

const json = (schema: z.ZodType) => ({ 'application/json': { schema: resolver(schema) } });

/** One route: what it does, what it answers, and with which statuses it refuses. */
export function describeJson(
  summary: string,
  answer: { status: number; schema: z.ZodType },
  refusals: Record<number, string> = {},
) {
  const errors = Object.entries(refusals).map(([status, description]) => [
    status,
    { description, content: json(apiErrorSchema) },
  ]);
  return describeRoute({
    summary,
    responses: {
      [answer.status]: { description: 'As asked for', content: json(answer.schema) },
      ...Object.fromEntries(errors),
    },
  });
}
