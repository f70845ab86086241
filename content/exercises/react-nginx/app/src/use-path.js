import { useSyncExternalStore } from 'react';

/** The address without a reload: links change it, and the browser's back button too. */
export function usePath() {
  return useSyncExternalStore(
    (notify) => {
      window.addEventListener('popstate', notify);
      return () => window.removeEventListener('popstate', notify);
    },
    () => window.location.pathname,
  );
}

export function go(event) {
  event.preventDefault();
  window.history.pushState(null, '', event.currentTarget.getAttribute('href'));
  window.dispatchEvent(new PopStateEvent('popstate'));
}
