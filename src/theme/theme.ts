/** Which colours: the system's, or the reader's own choice, kept in the browser. `page-boot.js` applies it first. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'stagecraft.theme';
const changed = 'stagecraft:theme';

export function readThemeChoice(): ThemeChoice {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  try {
    if (choice === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, choice);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
  window.dispatchEvent(new Event(changed));
}

export function isDark(): boolean {
  const choice = readThemeChoice();
  return choice === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : choice === 'dark';
}

/** Calls when the colours may have changed, by the reader or by the system. Returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', listener);
  window.addEventListener(changed, listener);
  return () => {
    system.removeEventListener('change', listener);
    window.removeEventListener(changed, listener);
  };
}
