/** Something in the learner's files that is worth a look while it is typed, and how to mend it where that is clear. */
import type { Finding } from '../../grader/contract/report.ts';
import type { Place } from '../../grader/dockerfile/findings.ts';

export type { Place } from '../../grader/dockerfile/findings.ts';

/** Positions are 1-based, `endColumn` is exclusive, as everywhere. */
export interface TextEdit extends Place {
  text: string;
}

export interface Fix {
  title: string;
  edits: TextEdit[];
}

export type Severity = 'error' | 'warning' | 'info';

export interface Problem extends Place {
  /** BuildKit's own name where BuildKit has the rule, e.g. `StageNameCasing`; ours are in kebab-case. */
  rule: string;
  file: Finding['file'];
  /** `error`: the grader refuses to build it. */
  severity: Severity;
  message: string;
  /** Address of the page that explains the rule. */
  readMore?: string | undefined;
  fixes: Fix[];
}

/** A base image that a FROM may name. */
export interface ImageName {
  name: string;
  aliases: string[];
  summary: string;
  sizeBytes?: number | undefined;
}
