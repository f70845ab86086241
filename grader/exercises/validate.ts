/** What has to fit together across the files of an exercise. */
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { isLockFile, lockFileExamples } from '../catalogue/packages/lock-files.ts';
import { type ParsedCheck, parseCheck } from '../checks/registry.ts';
import { list } from '../checks/show.ts';
import type { ContextEdit, EvidenceNeed } from '../evidence/need.ts';
import type { ScoreRule } from '../verdict/score.ts';
import type { ContentProblem } from './content-problem.ts';
import type { AppFile, Hint } from './exercise.ts';
import type { ReadMistake } from './read-variants.ts';
import type { exerciseSchema } from './schemas.ts';
import { addIssues, type YamlFile } from './yaml-file.ts';

type ExerciseYaml = z.infer<typeof exerciseSchema>;

/** Reads the checks one by one, so that one broken check hides no other; refuses ids that are there twice. */
export function readChecks(
  raw: unknown,
  { yaml, problems }: { yaml: YamlFile; problems: ContentProblem[] },
): ParsedCheck[] {
  const checks: ParsedCheck[] = [];
  const lines = new Map<string, number | undefined>();
  for (const [index, each] of (Array.isArray(raw) ? raw : []).entries()) {
    const result = parseCheck(each);
    if (!result.ok) {
      addIssues(result.issues, { yaml, at: ['checks', index], problems });
      continue;
    }
    const { id } = result.check;
    const line = yaml.lineOf(['checks', index, 'id']);
    if (lines.has(id)) {
      const message = `checks.${index}.id: expected an id of its own, found "${id}", which the check on line ${lines.get(id)} has`;
      problems.push({ file: yaml.file, line, message });
    } else lines.set(id, line);
    checks.push(result.check);
  }
  return checks;
}

export function validateReferences(
  {
    hints,
    mistakes,
    checkIds,
  }: { hints: { list: Hint[]; yaml: YamlFile } | undefined; mistakes: ReadMistake[]; checkIds: string[] },
  problems: ContentProblem[],
): void {
  const unknown = (id: string): string => `expected one of the checks ${list(checkIds, 12)}, found "${id}"`;
  hints?.list.forEach(({ checks = [] }, index) => {
    checks.forEach((id, at) => {
      if (checkIds.includes(id)) return;
      const path = [index, 'checks', at];
      problems.push({
        file: hints.yaml.file,
        line: hints.yaml.lineOf(path),
        message: `${path.join('.')}: ${unknown(id)}`,
      });
    });
  });
  for (const { mistake, yaml } of mistakes) {
    if (checkIds.includes(mistake.refusedBy)) continue;
    problems.push({
      file: yaml.file,
      line: yaml.lineOf(['refusedBy']),
      message: `refusedBy: ${unknown(mistake.refusedBy)}`,
    });
  }
}

/** Points are for checks that there are, and for seconds only where the check builds again. */
export function validateScore(
  { score = [], checks, yaml }: { score: ScoreRule[] | undefined; checks: ParsedCheck[]; yaml: YamlFile },
  problems: ContentProblem[],
): void {
  score.forEach((rule, index) => {
    const check = checks.find(({ id }) => id === rule.check);
    const line = yaml.lineOf(['score', index, 'check']);
    const add = (message: string) => problems.push({ file: yaml.file, line, message: `score.${index}: ${message}` });
    if (check === undefined) add(`expected one of the checks, found "${rule.check}"`);
    else if (rule.rebuildSeconds && !check.type.needs?.(check.params, check.id).some(({ kind }) => kind === 'rebuild'))
      add(`expected a check that builds again for \`rebuildSeconds\`, found the type ${check.type.type}`);
  });
}

interface Whole {
  raw: ExerciseYaml;
  checks: ParsedCheck[];
  appFiles: AppFile[];
  yaml: YamlFile;
}

/** A check that asks for requests needs run settings; a file that is edited has to be in the app. */
export function validateChecks({ raw, checks, appFiles, yaml }: Whole, problems: ContentProblem[]): void {
  checks.forEach(({ id, type, params }) => {
    const index = raw.checks.findIndex((each) => (each as { id?: unknown }).id === id);
    const add = (key: string, message: string): void => {
      problems.push({
        file: yaml.file,
        line: yaml.lineOf(['checks', index], key),
        message: `checks.${index}: ${message}`,
      });
    };
    for (const need of type.needs?.(params, id) ?? []) {
      if (needsRunSettings(need) && raw.run === undefined) {
        add('type', `expected run settings (\`run:\` with a port) for a check of the type ${type.type}, found none`);
      }
      if (need.kind === 'rebuild' && !appFiles.some(({ path }) => path === need.edit)) {
        const paths = appFiles.map(({ path }) => path);
        add('edit', `expected a file of app/${nearest(need.edit, paths)}, found "${need.edit}"`);
      }
      if (need.kind === 'target') for (const message of editProblems(need.build.edits, appFiles)) add('edits', message);
    }
  });
}

/** An edit names a file of the app and a text that stands in it. */
function editProblems(edits: readonly ContextEdit[], appFiles: readonly AppFile[]): string[] {
  return edits.flatMap(({ file, replace }) => {
    const found = appFiles.find(({ path }) => path === file);
    const paths = appFiles.map(({ path }) => path);
    if (found === undefined) return [`expected a file of app/${nearest(file, paths)}, found "${file}"`];
    if (found.text.includes(replace)) return [];
    return [`expected a text that stands in app/${file}, found ${JSON.stringify(replace)}`];
  });
}

function needsRunSettings(need: EvidenceNeed): boolean {
  if (need.kind === 'run') return need.required === true || need.requests.length > 0;
  return need.kind === 'stop' || need.kind === 'health' || need.kind === 'rerun';
}

/** @returns absolute folders; `app` by default, where it has a lock file. */
export async function packageFolders(
  { raw, dir, yaml }: { raw: ExerciseYaml; dir: string; yaml: YamlFile },
  problems: ContentProblem[],
): Promise<string[]> {
  const folders: string[] = [];
  for (const [index, folder] of (raw.packages ?? ['app']).entries()) {
    if (await hasLockFile(join(dir, folder))) folders.push(join(dir, folder));
    else if (raw.packages !== undefined) {
      const message = `packages.${index}: expected a folder with a lock file (${lockFileExamples}), found none in "${folder}"`;
      problems.push({ file: yaml.file, line: yaml.lineOf(['packages', index]), message });
    }
  }
  return folders;
}

/** @returns absolute folders of packages that npm would pack */
export async function privateFolders(
  { raw, dir, yaml }: { raw: ExerciseYaml; dir: string; yaml: YamlFile },
  problems: ContentProblem[],
): Promise<string[]> {
  const folders = (raw.privatePackages ?? []).map((folder) => join(dir, folder));
  for (const [index, folder] of folders.entries()) {
    if (await exists(join(folder, 'package.json'))) continue;
    const message = `privatePackages.${index}: expected a folder with a package.json, found none in "${raw.privatePackages?.[index]}"`;
    problems.push({ file: yaml.file, line: yaml.lineOf(['privatePackages', index]), message });
  }
  return folders;
}

export async function validateLesson(
  { lesson, contentDir, yaml }: { lesson: string; contentDir: string; yaml: YamlFile },
  problems: ContentProblem[],
): Promise<void> {
  if (await exists(join(contentDir, 'lessons', `${lesson}.mdx`))) return;
  const message = `lesson: expected a lesson of content/lessons, found "${lesson}", but there is no ${lesson}.mdx`;
  problems.push({ file: yaml.file, line: yaml.lineOf(['lesson']), message });
}

async function hasLockFile(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).some(isLockFile);
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function nearest(wanted: string, known: readonly string[]): string {
  return known.length === 0 ? '' : ` (perhaps "${closest(wanted, [...known])}")`;
}
