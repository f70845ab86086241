/** Which line of a .dockerignore keeps a path out, as Docker's pattern matcher decides: the last line that fits counts. */
import { fitsPattern } from '../../grader/dockerfile/fits-pattern.ts';

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
  const parts = path.split('/');
  return parts.some((_, index) => fitsPattern(pattern, parts.slice(0, index + 1).join('/')));
}
