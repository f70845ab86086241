import { closest } from 'fastest-levenshtein';

/** `; did you mean "app"?`, or nothing where there is nothing to mean. */
export function nearestOf(found: string, known: readonly string[]): string {
  return known.length === 0 ? '' : `; did you mean "${closest(found, [...known])}"?`;
}
