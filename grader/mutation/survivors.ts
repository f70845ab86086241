/** `survivors.yaml`: why a mutant that passes every check is no fault of the exercise. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ContentProblem } from '../exercises/content-problem.ts';
import { parseYaml, readYaml } from '../exercises/yaml-file.ts';
import { nearestOf } from '../lessons/nearest-of.ts';
import type { Mutant } from './derive-mutants.ts';
import { mutationRules } from './rules.ts';

const survivorsSchema = z
  .array(
    z.strictObject({
      rule: z.string(),
      line: z.number().int().positive().optional(),
      /** How the instruction begins: it outlives a change of the lines above. */
      instruction: z.string().trim().min(1).optional(),
      reason: z.string().regex(/^\s*\S.{18,}\S/s, 'expected a reason in a sentence'),
    }),
  )
  .min(1);

export type Survivor = z.infer<typeof survivorsSchema>[number];

export interface ReadSurvivors {
  file: string;
  list: Survivor[];
  /** Of each entry. */
  lines: (number | undefined)[];
}

/** None when there is no file. What is wrong with it is a problem. */
export async function readSurvivors(dir: string, problems: ContentProblem[]): Promise<ReadSurvivors> {
  const file = join(dir, 'survivors.yaml');
  const nothing = { file, list: [], lines: [] };
  const there = await stat(file).catch(() => undefined);
  if (there === undefined) return nothing;
  const yaml = await readYaml(file, problems);
  const list = yaml && parseYaml(yaml, survivorsSchema, problems);
  if (yaml === undefined || list === undefined) return nothing;
  const rules = mutationRules.map(({ id }) => id);
  list.forEach(({ rule }, at) => {
    if (rules.includes(rule)) return;
    const message = `${at}.rule: expected a mutation rule, found "${rule}"${nearestOf(rule, rules)}`;
    problems.push({ file, line: yaml.lineOf([at, 'rule']), message });
  });
  return { file, list, lines: list.map((_, at) => yaml.lineOf([at])) };
}

/** Only the entries of some rules. */
export function reasonsFor({ file, list, lines }: ReadSurvivors, isWanted: (one: Survivor) => boolean): ReadSurvivors {
  const kept = list.map((entry, at) => ({ entry, line: lines[at] })).filter(({ entry }) => isWanted(entry));
  return { file, list: kept.map(({ entry }) => entry), lines: kept.map(({ line }) => line) };
}

/** Whether an entry speaks of this mutant: of its rule, and where the entry names a place, of that. */
export function explains({ rule, line, instruction }: Survivor, mutant: Mutant): boolean {
  if (rule !== mutant.rule) return false;
  if (line !== undefined && line !== mutant.line) return false;
  return instruction === undefined || mutant.instruction.startsWith(instruction.replace(/\s+/g, ' ').trim());
}
