/** The examples of checks that judge the text alone: the bad one is refused and the good one passes. `verify` builds the others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { checkType } from './registry.ts';
import { emptyEvidence } from './sample-evidence.ts';

test.each([
  ['base', { oneOf: ['scratch'] }],
  ['stages', { named: true, allUsed: true }],
])('the examples on the page of %s are judged as it says', (type, raw) => {
  const page = readFileSync(join(import.meta.dirname, type, 'explain.md'), 'utf8');
  const examples = [...page.matchAll(/^```dockerfile\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  const params = checkType(type).schema.parse(raw);
  const status = (text: string) =>
    checkType(type).judge(params, emptyEvidence({ dockerfile: parseDockerfile(text) }), 'example').status;
  expect(examples.map(status)).toEqual(['failed', 'passed']);
});
