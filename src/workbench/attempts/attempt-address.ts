/** Which attempt is open, kept in the address, so that reload, back and bookmarks find it again. */
import { useCallback, useEffect, useState } from 'preact/hooks';

const key = 'attempt';
const idPattern = /^[0-9a-f-]{36}$/i;

export function attemptIn(hash: string): string | undefined {
  const id = new URLSearchParams(hash.replace(/^#/, '')).get(key);
  return id !== null && idPattern.test(id) ? id : undefined;
}

export const addressOf = (id: string | undefined, path: string) => (id === undefined ? path : `${path}#${key}=${id}`);

/** The id of the attempt that the address names, and how to go to another; undefined is one's own draft. */
export function useAttemptAddress(): [string | undefined, (id: string | undefined) => void] {
  const [id, setId] = useState<string>();
  useEffect(() => {
    const read = () => setId(attemptIn(location.hash));
    read();
    window.addEventListener('hashchange', read);
    window.addEventListener('popstate', read);
    return () => {
      window.removeEventListener('hashchange', read);
      window.removeEventListener('popstate', read);
    };
  }, []);
  const go = useCallback((next: string | undefined) => {
    if (next !== attemptIn(location.hash)) {
      history.pushState(null, '', addressOf(next, location.pathname + location.search));
    }
    setId(next);
  }, []);
  return [id, go];
}
