/** A lesson is read when its end was seen, or when its box is ticked; answers of its check-up are kept as they are given. */
import { markProgress } from './mark-progress.ts';
import { markLesson, ownProgress, recordAnswer } from './progress-store.ts';

export function keepLessonProgress(): void {
  markProgress();
  const box = document.querySelector<HTMLInputElement>('input[data-read]');
  const lesson = box?.dataset.read;
  if (!box || !lesson) return;
  const store = ownProgress();
  const show = () => {
    box.checked = store.read().lessons[lesson] !== undefined;
    box.closest('[data-kept]')?.setAttribute('data-kept', String(store.kept()));
  };
  show();
  store.listen(show);
  box.addEventListener('change', () => markLesson(store, lesson, box.checked));
  markAtEnd(box, () => {
    if (!box.checked) markLesson(store, lesson, true);
  });
  document.querySelector('.check-up')?.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    const question = target.closest<HTMLElement>('[data-question]')?.dataset.question;
    if (question && target.checked) recordAnswer(store, question, target.dataset.right !== undefined);
  });
}

/** Once: whoever unticks the box means it. And only after some reading: a short page shows its end at once. */
function markAtEnd(end: Element, mark: () => void): void {
  const readingMs = 20_000;
  const opened = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watcher = new IntersectionObserver((entries) => {
    clearTimeout(timer);
    if (entries.at(-1)?.isIntersecting !== true) return;
    timer = setTimeout(
      () => {
        watcher.disconnect();
        mark();
      },
      Math.max(0, readingMs - (performance.now() - opened)),
    );
  });
  watcher.observe(end);
  end.addEventListener('change', () => {
    watcher.disconnect();
    clearTimeout(timer);
  });
}
