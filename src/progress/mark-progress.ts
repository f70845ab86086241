/** Marks what is done where a page lists lessons and exercises: `data-lesson`, `data-exercise`, `data-questions`. */
import type { Progress } from './progress.ts';
import { ownProgress } from './progress-store.ts';
import { progressStrings as words } from './strings.ts';

const passedMark =
  '<svg class="mark mark-passed" viewBox="0 0 14 14" width="14" height="14" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M2.5 7.5 5.5 10.5 11.5 3.5"></path></svg>';

export function markProgress(): void {
  const store = ownProgress();
  const mark = () => markAll(store.read());
  mark();
  store.listen(mark);
}

function markAll(progress: Progress): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-lesson]')) {
    show(place, progress.lessons[place.dataset.lesson ?? ''] && words.read);
  }
  for (const place of document.querySelectorAll<HTMLElement>('[data-exercise]')) {
    show(place, progress.exercises[place.dataset.exercise ?? ''] && words.passed);
  }
  for (const place of document.querySelectorAll<HTMLElement>('[data-questions]')) {
    const questions = (place.dataset.questions ?? '').split(' ');
    const answers = questions.flatMap((question) => progress.quizzes[question] ?? []);
    const right = answers.filter((answer) => answer.right).length;
    place.textContent = answers.length === 0 ? '' : words.quiz(right, questions.length);
  }
}

/** A mark for the eye and a word for a screen reader, in a place that is kept for them. */
function show(place: HTMLElement, word: string | undefined): void {
  place.toggleAttribute('data-done', word !== undefined);
  place.innerHTML = word === undefined ? '' : passedMark;
  if (word === undefined) return;
  const spoken = document.createElement('span');
  spoken.className = 'visually-hidden';
  spoken.textContent = ` (${word})`;
  place.append(spoken);
}
