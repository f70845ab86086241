import { useEffect, useState } from 'preact/hooks';
import { SearchBox } from './search-box.tsx';
import { searchStrings as words } from './strings.ts';
import './search.css';

/** The search as a page of its own: its address holds what was looked for (`/search/?q=…`). */
export default function SearchPage() {
  const [first, setFirst] = useState<string>();
  useEffect(() => setFirst(new URLSearchParams(location.search).get('q') ?? ''), []);
  if (first === undefined) {
    return (
      <>
        <p class="search-status">{words.opening}</p>
        <noscript>{words.noScript}</noscript>
      </>
    );
  }
  const keep = (query: string) => {
    const address = query.trim() === '' ? location.pathname : `?q=${encodeURIComponent(query.trim())}`;
    history.replaceState(null, '', address);
  };
  return <SearchBox query={first} onQuery={keep} focus />;
}
