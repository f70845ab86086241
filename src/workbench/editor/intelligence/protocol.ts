/** What the page asks its worker about a Dockerfile. Positions are 1-based, as in Monaco. */
import type { Fix, ImageName, Problem, TextEdit } from '../../../dockerfile/problem.ts';

export interface Position {
  line: number;
  column: number;
}

export interface At extends Position {
  text: string;
}

export type SuggestionKind = 'keyword' | 'image' | 'stage' | 'folder' | 'variable' | 'flag';

export interface Suggestion {
  label: string;
  kind: SuggestionKind;
  detail?: string | undefined;
  documentation?: string | undefined;
  /** Replaces the edit's range; `snippet` says that `${1:…}` in it are places to fill in. */
  edit: TextEdit;
  snippet: boolean;
}

export interface HoverText {
  markdown: string;
}

export interface Signatures {
  signatures: { label: string; documentation: string; parameters: { label: string; documentation: string }[] }[];
  activeSignature: number;
  activeParameter: number;
}

export interface Renaming {
  /** What would be renamed, when there is something at that place. */
  edits: TextEdit[];
  /** Why it can't be done. */
  refusal?: string | undefined;
}

export interface RenamePlace {
  at: Omit<TextEdit, 'text'>;
  name: string;
}

/** One entry per question: what is asked with, and what is answered. */
export interface Questions {
  images: { asks: readonly ImageName[]; answers: null };
  problems: { asks: { dockerfile: string; dockerignore: string }; answers: Problem[] };
  complete: { asks: At; answers: Suggestion[] };
  hover: { asks: At; answers: HoverText | null };
  signatures: { asks: At; answers: Signatures | null };
  renamePlace: { asks: At; answers: RenamePlace | null };
  rename: { asks: At & { newName: string }; answers: Renaming };
  format: { asks: { text: string }; answers: string };
}
export type Question = keyof Questions;

export type ToWorker = { [Q in Question]: { id: number; question: Q; asks: Questions[Q]['asks'] } }[Question];
export type FromWorker = { id: number; answers: unknown } | { id: number; failure: string };

export type { Fix, ImageName, Problem, TextEdit };
