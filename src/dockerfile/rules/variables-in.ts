/** Variables that a text uses without saying what to do when they are not set. */
export interface UsedVariable {
  name: string;
  /** With `$` and braces. */
  written: string;
}

/** Not those behind a backslash, between single quotes, or with a modifier such as `:-`. */
export function variablesIn(text: string): UsedVariable[] {
  const plain = text.replace(/\\./g, '  ').replace(/'[^']*'/g, '');
  return [...plain.matchAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g)].map((match) => ({
    name: match[1] ?? match[2] ?? '',
    written: match[0],
  }));
}
