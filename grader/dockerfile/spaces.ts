/** White space as Go sees it. Loops, not patterns: `\s+$` takes minutes on a hostile line of spaces. */

/** Go's `unicode.IsSpace`. */
export function isSpace(char: string | undefined): boolean {
  return (
    char !== undefined && /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/u.test(char)
  );
}

/** Go's `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  return trimRight(trimLeft(text), isSpace);
}

export function trimLeft(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text[start])) start += 1;
  return text.slice(start);
}

/** Without line feeds and carriage returns at the end. */
export function trimNewline(line: string): string {
  return trimRight(line, (char) => char === '\n' || char === '\r');
}

function trimRight(text: string, isCut: (char: string | undefined) => boolean): string {
  let end = text.length;
  while (end > 0 && isCut(text[end - 1])) end -= 1;
  return text.slice(0, end);
}
