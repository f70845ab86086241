/** Places in a scaffolded file that wait for their author. */
export const placeMark = 'FILL IN:';

/** Lines that still hold one. */
export function placesIn(text: string): { line: number; message: string }[] {
  return text.split('\n').flatMap((line, at) => {
    const start = line.indexOf(placeMark);
    if (start < 0) return [];
    const what = line
      .slice(start + placeMark.length)
      .replace(/['"\]}]*\s*$/, '')
      .trim();
    return [{ line: at + 1, message: `expected your own text, found a place that waits for it: ${what}` }];
  });
}
