import { useState } from 'preact/hooks';
import { Sentence } from '../../components/sentence.tsx';
import { strings } from '../../strings.ts';
import { type Hint, hintOrder } from '../hints.ts';

interface Props {
  hints: readonly Hint[];
  failedChecks: ReadonlySet<string>;
}

/** Hints, one at a time and only when asked for. */
export function Hints({ hints, failedChecks }: Props) {
  const [shown, setShown] = useState<readonly number[]>([]);
  if (hints.length === 0) return null;
  const next = hintOrder(hints, failedChecks).find((index) => !shown.includes(index));
  return (
    <section class="hints" aria-label={strings.hints.title}>
      <ol aria-live="polite">
        {shown.map((index) => (
          <li key={index}>
            <Sentence text={hints[index]?.text ?? ''} />
          </li>
        ))}
      </ol>
      {next === undefined ? (
        <p class="hints-all">{strings.hints.all}</p>
      ) : (
        <button type="button" class="button" onClick={() => setShown([...shown, next])}>
          {strings.hints.show(shown.length, hints.length)}
        </button>
      )}
    </section>
  );
}
