import { rawText, replaced } from '../edits.ts';
import { builtInstructions, type MutationRule } from '../rule.ts';

/** `CGO_ENABLED=0 go build` becomes `go build`, each variable for itself. */
export const dropVariable: MutationRule = {
  id: 'drop-variable',
  about: 'without a variable before a command',
  derive(source) {
    const runs = builtInstructions(source).filter(({ keyword, form }) => keyword === 'RUN' && form === 'shell');
    return runs.flatMap((at) => {
      const raw = rawText(source.text, at);
      return assignmentsIn(raw).map(({ start, end }) => ({
        at,
        edits: [replaced(at, raw.slice(0, start) + raw.slice(end))],
      }));
    });
  },
};

const assignment = /[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"'])*\s+/g;
const commandStart = /(?:^\s*RUN\s+(?:--\S+\s+(?:\\\s*\n\s*)?)*|(?:&&|;)\s*(?:\\\s*\n\s*)?)$/i;

/** Where a command begins, or right after another assignment. */
function assignmentsIn(raw: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const { index, 0: text } of raw.matchAll(assignment)) {
    const follows = found.at(-1)?.end === index;
    if (follows || commandStart.test(raw.slice(0, index))) found.push({ start: index, end: index + text.length });
  }
  return found;
}
