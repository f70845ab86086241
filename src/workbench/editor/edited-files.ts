/** The files that the editor room shows: two that can be edited, and those of the app. */
import type { Exercise } from '../../../grader/contract/exercise.ts';
import type { Problem, TextEdit } from '../../dockerfile/problem.ts';
import { strings } from '../../strings.ts';
import type { Draft } from '../draft/draft.ts';
import type { EditedFile, LineMark } from '../line-marks.ts';

export const editedFiles = ['Dockerfile', '.dockerignore'] as const satisfies readonly EditedFile[];

export const isEdited = (path: string): path is EditedFile => editedFiles.some((file) => file === path);

export const textOf = (draft: Draft, file: EditedFile) =>
  file === 'Dockerfile' ? draft.dockerfile : draft.dockerignore;

export function withText(draft: Draft, file: EditedFile, text: string): Draft {
  return file === 'Dockerfile' ? { ...draft, dockerfile: text } : { ...draft, dockerignore: text };
}

export const starterDraft = (exercise: Exercise): Draft => ({
  dockerfile: exercise.starter.dockerfile,
  dockerignore: exercise.starter.dockerignore ?? '',
});

/** The text of a file of the app, or why it can't be shown. */
export function appText(files: Exercise['files'], path: string): string {
  const file = files.find((other) => other.path === path);
  return file?.omitted ? strings.editor.notShown[file.omitted] : (file?.text ?? '');
}

const languages: Record<string, string> = {
  ts: 'typescript',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  json: 'javascript',
  go: 'go',
  html: 'html',
  css: 'css',
  yaml: 'yaml',
  yml: 'yaml',
  md: 'markdown',
};

export function languageOf(path: string): string {
  if (/(^|\/)Dockerfile$/.test(path)) return 'stagecraft-dockerfile';
  return languages[path.slice(path.lastIndexOf('.') + 1)] ?? 'plaintext';
}

/** What the workbench may ask of whichever editor is on screen. */
export interface EditorHandle {
  /** Replaces the whole text as one step that can be undone. */
  replace(file: EditedFile, text: string): void;
  goToLine(file: EditedFile, line: number): void;
  /** Edits it as one step that can be undone. */
  edit(file: EditedFile, edits: readonly TextEdit[]): void;
}

export interface EditorProps {
  /** Path of the file on screen. */
  file: string;
  draft: Draft;
  appFiles: Exercise['files'];
  marks: readonly LineMark[];
  /** What the rules say about the text as it is now. */
  problems: readonly Problem[];
  onChange(file: EditedFile, text: string): void;
  onSubmit(): void;
  /** Escape: the learner wants out of the editor. */
  onLeave(): void;
  /** The cursor is on this line of the Dockerfile; undefined while another file is on screen. */
  onCursor(line: number | undefined): void;
  /** Hands the workbench the means to reach into the editor; undefined when it goes. */
  onHandle(handle: EditorHandle | undefined): void;
}
