/** Something wrong with a file of `content/`: one sentence for its author. */
export interface ContentProblem {
  /** Absolute. */
  file: string;
  line: number | undefined;
  /** Expected and found, without file and line. */
  message: string;
}

/** `content/exercises/a/exercise.yaml:3: expected …, found ….` */
export function problemText({ file, line, message }: ContentProblem): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
}
