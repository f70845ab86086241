/** Which line of a .dockerignore keeps a path out, as Docker's pattern matcher decides: the last line that fits counts. */

/** The pattern that excludes the path, or undefined when it is part of the build. */
export function ignoringPattern(path: string, dockerignore: string): string | undefined {
  const parts = cleaned(path);
  if (parts === '') return undefined;
  let excludedBy: string | undefined;
  for (const line of dockerignore.split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const allows = text.startsWith('!');
    const pattern = cleaned(allows ? text.slice(1).trim() : text);
    if (pattern === '' || !fits(pattern, parts)) continue;
    excludedBy = allows ? undefined : text;
  }
  return excludedBy;
}

const cleaned = (path: string) =>
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/** A pattern that fits a folder fits everything in it. */
function fits(pattern: string, path: string): boolean {
  const expression = toExpression(pattern);
  const parts = path.split('/');
  return expression !== undefined && parts.some((_, index) => expression.test(parts.slice(0, index + 1).join('/')));
}

function toExpression(pattern: string): RegExp | undefined {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    // `**/` may stand for no folder at all.
    .replace(/\*\*\/?|\*|\?/g, (star) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[star] ?? star);
  try {
    return new RegExp(`^${source}$`);
  } catch {
    // An open bracket: Docker refuses the file, and nothing can be said about it here.
    return undefined;
  }
}
