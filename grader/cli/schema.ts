import { z } from 'zod';
import { reportSchema } from '../contract/report.ts';

/** JSON Schema (draft 2020-12) of what `grade --json` and `inspect --json` print, made from the zod contract. */
export function printSchema(): number {
  process.stdout.write(`${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`);
  return 0;
}
