import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { textOf } from '../editor/edited-files.ts';
import type { EditedFile } from '../line-marks.ts';
import { compareStrings } from './strings.ts';
import { TextDiff } from './text-diff.tsx';
import type { ComparisonState } from './use-comparison.ts';
import './compare.css';

interface Props {
  comparison: ComparisonState;
  file: EditedFile;
  /** The learner's own text. */
  text: string;
  /** Two columns, of which the right one can be edited; otherwise a list of lines. */
  rich: boolean;
  onLeave(): void;
}

/** Lies over the editor, which stays where it is with its undo history. */
export function ComparePanel({ comparison, file, text, rich, onLeave }: Props) {
  const { against, texts, failure, choose } = comparison;
  if (against === undefined) return null;
  const words = compareStrings;
  const label = words.heading(file, words.against[against]);
  const before = texts && textOf(texts, file);
  return (
    <section class="compare" aria-label={label}>
      <header class="compare-head">
        <p>{label}</p>
        <button type="button" class="button" data-quiet onClick={() => choose(undefined)}>
          {words.close}
        </button>
      </header>
      <div class="compare-body">
        {before === undefined && <p class="diff-same">{failure ?? words.loading}</p>}
        {before !== undefined && rich && (
          <RichDiff before={before} file={file} label={words.theirs(words.against[against])} onLeave={onLeave}>
            <TextDiff before={before} after={text} label={label} />
          </RichDiff>
        )}
        {before !== undefined && !rich && <TextDiff before={before} after={text} label={label} />}
      </div>
    </section>
  );
}

interface RichProps {
  before: string;
  file: EditedFile;
  label: string;
  onLeave(): void;
  /** Where Monaco can't be had. */
  children: JSX.Element;
}

function RichDiff({ before, file, label, onLeave, children }: RichProps) {
  const host = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    let dispose: (() => void) | undefined;
    const open = async () => {
      if (import.meta.env.SSR || !host.current) return;
      try {
        const { openDiff } = await import('./monaco-diff.ts');
        if (!gone) dispose = openDiff(host.current, { before, file, label, onLeave });
      } catch {
        if (!gone) setFailed(true);
      }
    };
    void open();
    return () => {
      gone = true;
      dispose?.();
    };
  }, [before, file, label, onLeave]);
  return failed ? children : <div class="compare-host" ref={host} />;
}
