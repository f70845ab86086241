import { rawText, replaced } from '../edits.ts';
import { builtInstructions, type MutationRule } from '../rule.ts';

/** `a && b` without `a`, and without `b`; a RUN of one command is dropped whole. */
export const dropRunPart: MutationRule = {
  id: 'drop-run-part',
  about: 'without one command of a RUN',
  derive(source) {
    const runs = builtInstructions(source).filter(
      ({ keyword, form, heredocs = [] }) => keyword === 'RUN' && form === 'shell' && heredocs.length === 0,
    );
    return runs.flatMap((at) => {
      const raw = rawText(source.text, at);
      const [, head = '', rest = ''] = /^(\s*RUN\s+(?:--\S+\s+(?:\\\s*\n\s*)?)*)([\s\S]*)$/i.exec(raw) ?? [];
      const parts = splitAnd(rest);
      return parts.map((_, dropped) => {
        const kept = parts.filter((_part, index) => index !== dropped);
        const text = kept.length === 0 ? `${head}true` : head + kept.join(' && ');
        return { at, edits: [replaced(at, text)] };
      });
    });
  },
};

/** At each `&&` that stands in no quotes; what surrounds it (and a line break) goes. */
function splitAnd(line: string): string[] {
  const parts = [''];
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const sign = line.charAt(index);
    if (quote === '' && line.startsWith('&&', index)) {
      parts.push('');
      index += 1;
      continue;
    }
    if (sign === quote) quote = '';
    else if (quote === '' && (sign === '"' || sign === "'")) quote = sign;
    parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.replace(/^(?:\s|\\\s*\n)+|(?:\s|\\\s*(?:\n|$))+$/g, ''));
}
