const WORDS: Record<string, string> = {
  ENOENT: 'none there',
  EACCES: 'one that may not be read',
  EISDIR: 'a folder',
  ENOTDIR: 'a file where a folder should be',
};

/** Ends a sentence that says what was expected: `…, found none there`. */
export function describeFileError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return WORDS[code ?? ''] ?? `an error (${code ?? 'unknown'})`;
}
