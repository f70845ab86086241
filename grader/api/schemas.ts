import { Hono } from 'hono';
import { z } from 'zod';
import { reportSchema } from '../contract/report.ts';

/** JSON Schema of what `grade --json` prints and a submission carries. */
export const schemaRoutes = () => {
  const report = z.toJSONSchema(reportSchema);
  return new Hono().get('/report.json', (c) => c.json(report as Record<string, unknown>));
};
