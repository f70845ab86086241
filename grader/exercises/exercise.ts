/**
 * An exercise as the grader sees it: everything in its folder, read and checked once.
 *
 * Absent on purpose: images, packages and sizes. Whether an exercise can be graded now is for the catalogue to say.
 */
import type { SystemNames } from '../catalogue/packages/apt-names.ts';
import { needsOf, type ParsedCheck } from '../checks/registry.ts';
import type { BuildError } from '../contract/report.ts';
import type { EvidenceNeed, RunSettings } from '../evidence/need.ts';
import type { ScoreRule } from '../verdict/score.ts';

/** What a learner may send: the texts that are laid over the app. */
export interface Submitted {
  dockerfile: string;
  /** Undefined when the file does not exist. */
  dockerignore: string | undefined;
}

export interface Exercise {
  slug: string;
  title: string;
  /** Slug of its lesson, a file of `content/lessons`. */
  lesson: string;
  order: number;
  summary: string;
  stack: string;
  minutes: number;
  /** Catalogue images, as the author spells them. */
  images: string[];
  /** Folders with lock files that fill the package mirror, absolute. */
  packages: string[];
  /** Folders of packages that only the private registry has, absolute. */
  privatePackages?: string[] | undefined;
  /** What every build of it is given. */
  build: { args: Record<string, string> };
  /** What Dockerfiles install with apt-get and apk beyond what the base images are made of. */
  systemPackages: Partial<SystemNames> | undefined;
  /** Undefined when its container is never started. */
  run: RunSettings | undefined;
  checks: ParsedCheck[];
  /** Points that it gives, check by check; undefined where passing is all there is. */
  score?: ScoreRule[] | undefined;
  /** All that the checks ask for, once each; no run where there are no run settings. */
  needs: EvidenceNeed[];
  /** The exercise's folder and its build context, absolute. */
  dir: string;
  appDir: string;
  appFiles: AppFile[];
  /** Of the app's paths, modes and bytes, hexadecimal. */
  appHash: string;
  hints: Hint[];
  starter: Submitted;
  solution: Submitted;
  alsoRight: AlsoRight[];
  mistakes: Mistake[];
}

export interface AppFile {
  /** Relative to the app's folder, with slashes. */
  path: string;
  sizeBytes: number;
  /** Empty when it is left out. */
  text: string;
  omitted?: 'not_text' | 'too_long' | undefined;
}

/** From general to specific. */
export interface Hint {
  text: string;
  /** Ids of the checks that it helps with; without them it always fits. */
  checks?: string[] | undefined;
}

export interface AlsoRight {
  name: string;
  note: string | undefined;
  files: Submitted;
}

export interface Mistake {
  name: string;
  files: Submitted;
  title: string;
  /** Id of the check that has to refuse it. */
  refusedBy: string;
  buildError: BuildError['code'] | undefined;
  why: string;
}

/** By its path in the exercise's folder: `starter`, `also-right/pruned`. */
export function filesOf({ starter, solution, alsoRight, mistakes }: Exercise, path: string): Submitted | undefined {
  if (path === 'starter') return starter;
  if (path === 'solution') return solution;
  const [folder, name] = path.split('/');
  const among = folder === 'also-right' ? alsoRight : folder === 'mistakes' ? mistakes : [];
  return among.find((each) => each.name === name)?.files;
}

/** All that these checks ask for, once each; no run where there are no run settings. */
export function neededBy(checks: readonly ParsedCheck[], run: RunSettings | undefined): EvidenceNeed[] {
  return needsOf(checks).filter(({ kind }) => kind !== 'run' || run !== undefined);
}
