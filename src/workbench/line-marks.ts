/** What a submission says about lines of the learner's files: for the editor's margin and the list of problems. */
import { strings } from '../strings.ts';
import type { SubmissionView } from './submission/submission-state.ts';

export type EditedFile = 'Dockerfile' | '.dockerignore';

export interface LineMark {
  file: EditedFile;
  line: number;
  column?: number | undefined;
  endLine?: number | undefined;
  endColumn?: number | undefined;
  severity: 'error' | 'warning';
  message: string;
}

export function lineMarks(view: SubmissionView | undefined): LineMark[] {
  if (!view) return [];
  const marks: LineMark[] = [];
  for (const finding of view.report?.build.findings ?? []) {
    const { file, line, column, endLine, endColumn, severity, message } = finding;
    marks.push({ file, line, column, endLine, endColumn, severity, message });
  }
  const error = view.report?.build.error;
  if (error?.line !== undefined && !marks.some((mark) => mark.line === error.line && mark.severity === 'error')) {
    marks.push({ file: 'Dockerfile', line: error.line, severity: 'error', message: error.message });
  }
  for (const check of view.checks) {
    if (check.status === 'failed' && check.line !== undefined) {
      marks.push({ file: 'Dockerfile', line: check.line, severity: 'warning', message: check.message });
    }
  }
  for (const advice of view.report?.advice ?? []) {
    if (advice.line !== undefined) {
      marks.push({
        file: 'Dockerfile',
        line: advice.line,
        severity: 'warning',
        message: `${strings.verdict.advice}: ${advice.message}`,
      });
    }
  }
  return marks;
}
