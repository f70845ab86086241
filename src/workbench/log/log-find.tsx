import { strings } from '../../strings.ts';
import { matchesMax } from './log-search.ts';

interface Props {
  text: string;
  /** From 0, of `count`. */
  at: number;
  count: number;
  disabled: boolean;
  onText(text: string): void;
  onStep(by: 1 | -1): void;
}

/** The search above a log: Enter goes to the next line, with Shift to the one before, Escape ends it. */
export function LogFind({ text, at, count, disabled, onText, onStep }: Props) {
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      onStep(event.shiftKey ? -1 : 1);
    }
    if (event.key === 'Escape' && text !== '') {
      event.stopPropagation();
      onText('');
    }
  };
  return (
    <div class="log-find">
      <input
        type="search"
        class="log-find-text"
        aria-label={strings.log.find}
        placeholder={strings.log.find}
        value={text}
        disabled={disabled}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
        onKeyDown={press}
      />
      <span class="log-find-count number" role="status">
        {text === '' ? '' : count === 0 ? strings.log.nothing : strings.log.found(at + 1, count, count === matchesMax)}
      </span>
      {([-1, 1] as const).map((by) => (
        <button
          key={by}
          type="button"
          class="button"
          data-quiet
          aria-label={by < 0 ? strings.log.previous : strings.log.next}
          disabled={count === 0}
          onClick={() => onStep(by)}
        >
          <span aria-hidden="true">{by < 0 ? '↑' : '↓'}</span>
        </button>
      ))}
    </div>
  );
}
