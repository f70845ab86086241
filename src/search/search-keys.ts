/** Opens the search by key or by the link in the header; its code comes when it is first asked for. */
import { onSite } from '../address.ts';
import { isPressed } from '../keyboard/shortcuts.ts';

/** Where these keys already mean something. */
const typing = 'input, textarea, select, [contenteditable="true"], .monaco-editor, .xterm';

export function openSearchByKey(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || !isPressed(event, 'search')) return;
    if (event.target instanceof Element && event.target.closest(typing)) return;
    event.preventDefault();
    open();
  });
  for (const link of document.querySelectorAll('a[data-search]')) {
    link.addEventListener('click', (event) => {
      const { ctrlKey, metaKey, shiftKey, button } = event as MouseEvent;
      if (ctrlKey || metaKey || shiftKey || button !== 0) return;
      event.preventDefault();
      open();
    });
  }
}

function open(): void {
  import('./search-dialog.tsx').then(
    ({ openSearch }) => openSearch(),
    // The page of the search says what is wrong.
    () => location.assign(onSite('/search/')),
  );
}
