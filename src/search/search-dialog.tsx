/** The search over a page: made when it is opened for the first time. */
import { render } from 'preact';
import { SearchBox } from './search-box.tsx';
import { searchStrings as words } from './strings.ts';
import './search.css';

let dialog: HTMLDialogElement | undefined;

export function openSearch(): void {
  dialog ??= makeDialog();
  if (dialog.open) return;
  dialog.showModal();
  const input = dialog.querySelector('input');
  input?.focus();
  input?.select();
}

function makeDialog(): HTMLDialogElement {
  const made = document.createElement('dialog');
  made.className = 'search-dialog';
  made.setAttribute('aria-label', words.title);
  // A press beside the box leads out, as Escape does.
  made.addEventListener('click', (event) => event.target === made && made.close());
  // A result on this very page changes only the address.
  window.addEventListener('hashchange', () => made.close());
  document.body.append(made);
  render(
    <div class="search-frame">
      <SearchBox focus />
      <p class="search-foot">
        <span>{words.keys}</span>
        <button type="button" class="button" data-quiet onClick={() => made.close()}>
          {words.close}
        </button>
      </p>
    </div>,
    made,
  );
  return made;
}
