/**
 * `survivors.yaml`: why a mutant that passes every check is no fault of the exercise. One lies beside an exercise where it
 * is needed; the one beside all exercises says what is no fault of any exercise without a check of some type.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { checkTypes } from '../checks/registry.ts';
import type { ContentProblem } from '../exercises/content-problem.ts';
import type { Exercise } from '../exercises/exercise.ts';
import { parseYaml, readYaml } from '../exercises/yaml-file.ts';
import { nearestOf } from '../lessons/nearest-of.ts';
import type { Mutant } from './derive-mutants.ts';
import { mutationRules } from './rules.ts';

const fileName = 'survivors.yaml';
/** How the instruction begins: it outlives a change of the lines above. */
const instructionSchema = z.string().trim().min(1).optional();
const reasonSchema = z.string().regex(/^\s*\S.{18,}\S/s, 'expected a reason in a sentence');

const survivorSchema = z.strictObject({
  rule: z.string(),
  line: z.number().int().positive().optional(),
  instruction: instructionSchema,
  reason: reasonSchema,
});

const generalSchema = z.strictObject({
  rule: z.string(),
  instruction: instructionSchema,
  /** It speaks of exercises that have no check of any of these types. */
  withoutChecks: z.array(z.enum(checkTypes.map(({ type }) => type))).min(1),
  reason: reasonSchema,
});

export type Survivor = z.infer<typeof survivorSchema>;
export type GeneralReason = z.infer<typeof generalSchema>;

export interface ReadSurvivors<Entry = Survivor> {
  file: string;
  list: Entry[];
  /** Of each entry. */
  lines: (number | undefined)[];
}

/** Those of one exercise. None when there is no file; what is wrong with it is a problem. */
export function readSurvivors(dir: string, problems: ContentProblem[]): Promise<ReadSurvivors> {
  return readReasons(join(dir, fileName), survivorSchema, problems);
}

/** Those of the whole course, beside `exercises/`. */
export function readGeneralReasons(
  contentDir: string,
  problems: ContentProblem[],
): Promise<ReadSurvivors<GeneralReason>> {
  return readReasons(join(contentDir, fileName), generalSchema, problems);
}

/** The general reasons that hold for an exercise with these checks. */
export function generalFor({ list }: ReadSurvivors<GeneralReason>, { checks }: Pick<Exercise, 'checks'>) {
  return list.filter(({ withoutChecks }) => !checks.some(({ type }) => withoutChecks.includes(type.type)));
}

async function readReasons<Entry extends { rule: string }>(
  file: string,
  schema: z.ZodType<Entry>,
  problems: ContentProblem[],
): Promise<ReadSurvivors<Entry>> {
  const nothing = { file, list: [], lines: [] };
  const there = await stat(file).catch(() => undefined);
  if (there === undefined) return nothing;
  const yaml = await readYaml(file, problems);
  const list = yaml && parseYaml(yaml, z.array(schema).min(1), problems);
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
export function explains(
  { rule, line, instruction }: Pick<Survivor, 'rule' | 'line' | 'instruction'>,
  mutant: Mutant,
): boolean {
  if (rule !== mutant.rule) return false;
  if (line !== undefined && line !== mutant.line) return false;
  return instruction === undefined || mutant.instruction.startsWith(instruction.replace(/\s+/g, ' ').trim());
}
