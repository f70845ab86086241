import { useMemo } from 'preact/hooks';
import { diffLines } from './line-diff.ts';
import { compareStrings } from './strings.ts';

const signs = { same: '', removed: '−', added: '+' } as const;

/** Two texts as one list of lines, where there is no room for Monaco's two columns. */
export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  if (before === after) return <p class="diff-same">{compareStrings.same}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <ol class="text-diff" aria-label={label} tabIndex={0}>
      {lines.map(({ kind, text, before: line, after: own }) => (
        <li key={`${line}/${own}`} data-kind={kind}>
          <span class="text-diff-line" aria-hidden="true">
            {own}
          </span>
          <span class="text-diff-sign" aria-hidden="true">
            {signs[kind]}
          </span>
          {kind !== 'same' && <span class="visually-hidden">{compareStrings[kind]}: </span>}
          <code>{text}</code>
        </li>
      ))}
    </ol>
  );
}
