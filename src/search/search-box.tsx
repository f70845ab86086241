import { useEffect, useRef, useState } from 'preact/hooks';
import type { Found, SearchEngine } from './search-engine.ts';
import { openSearchEngine } from './search-engine.ts';
import { searchStrings as words } from './strings.ts';

interface Props {
  /** What is looked for at first. */
  query?: string;
  onQuery?(query: string): void;
  /** The input takes the focus when it is there. */
  focus?: boolean;
}

type State = { kind: 'idle' } | { kind: 'failed' } | { kind: 'answered'; query: string; found: Found[]; all: number };

/** A field, and what was found: links, so that Tab, Enter and a screen reader know what to do; arrows go from one to the next. */
export function SearchBox({ query: first = '', onQuery, focus = false }: Props) {
  const [query, setQuery] = useState(first);
  const state = useSearch(query);
  const root = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  const links = () => [...(root.current?.querySelectorAll<HTMLAnchorElement>('.search-results a') ?? [])];
  const press = (event: KeyboardEvent) => {
    const all = links();
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === 'Enter' && at < 0) all[0]?.click();
    else if (event.key === 'ArrowDown') (all[at + 1] ?? all[0])?.focus();
    else if (event.key === 'ArrowUp') (at > 0 ? all[at - 1] : input.current)?.focus();
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the field and of the links inside.
    <div class="search-box" ref={root} onKeyDown={press}>
      <input
        ref={input}
        type="search"
        class="search-input"
        aria-label={words.label}
        placeholder={words.placeholder}
        autocomplete="off"
        spellcheck={false}
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          onQuery?.(event.currentTarget.value);
        }}
      />
      <p class="search-status" role="status">
        {statusOf(state)}
      </p>
      {state.kind === 'answered' && <Results found={state.found} />}
    </div>
  );
}

function statusOf(state: State): string {
  if (state.kind === 'failed') return words.failed;
  if (state.kind === 'idle') return words.intro;
  return state.all === 0 ? words.none(state.query) : words.found(state.found.length, state.all);
}

function Results({ found }: { found: readonly Found[] }) {
  return (
    <ol class="search-results">
      {found.map((page) => (
        <li key={page.href}>
          <a href={page.href}>
            <span class="search-title">{page.title}</span> <span class="search-kind">{page.kind}</span>
          </a>
          <p>
            {page.excerpt.map((part, index) =>
              part.marked ? <mark key={`${index}${part.text}`}>{part.text}</mark> : part.text,
            )}
          </p>
          {page.sections.length > 0 && (
            <ul>
              {page.sections.map((section) => (
                <li key={section.href}>
                  <a href={section.href}>{section.title}</a>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}

/** One engine for the page, fetched with the first question. */
let engine: Promise<SearchEngine> | undefined;

function useSearch(query: string): State {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const asked = query.trim();
  useEffect(() => {
    let stale = false;
    engine ??= openSearchEngine();
    if (asked === '') {
      setState({ kind: 'idle' });
    } else {
      engine
        .then((opened) => opened.search(asked))
        .then((answer) => !stale && answer && setState({ kind: 'answered', query: asked, ...answer }))
        .catch(() => {
          engine = undefined;
          if (!stale) setState({ kind: 'failed' });
        });
    }
    return () => {
      stale = true;
    };
  }, [asked]);
  return state;
}
