/** Which colours: the system's, or the reader's own choice. `page-boot.js` keeps the choice and puts it on the page. */

const system = () => matchMedia('(prefers-color-scheme: dark)');

export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? system().matches : chosen === 'dark';
}

/** Calls when the colours may have changed, by the reader or by the system. Returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
  const systemNow = system();
  systemNow.addEventListener('change', listener);
  const chosen = new MutationObserver(listener);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    systemNow.removeEventListener('change', listener);
    chosen.disconnect();
  };
}
