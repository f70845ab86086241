import { useEffect, useRef, useState } from 'preact/hooks';
import { fileBytesMax, isEmpty, mergeProgress, noProgress, type Progress, readProgress } from './progress.ts';
import { ownProgress } from './progress-store.ts';
import { progressStrings as words } from './strings.ts';

interface Part {
  id: string;
  minutes: number;
}

interface Props {
  lessons: readonly Part[];
  exercises: readonly Part[];
  /** As progress keeps them: `<lesson>/<question>`. */
  questions: readonly string[];
}

/** How far the reader is, drawn as the time that the course takes, and the way to take it along. */
export default function ProgressPanel(props: Props) {
  const { progress, kept } = useProgress();
  const [notice, setNotice] = useState('');
  const [before, setBefore] = useState<Progress>();
  const file = useRef<HTMLInputElement>(null);
  const store = ownProgress;
  const load = async (chosen: File | undefined) => {
    if (file.current) file.current.value = '';
    if (!chosen) return;
    setBefore(undefined);
    setNotice(await importFile(chosen));
  };
  return (
    <section class="progress" aria-label={words.title}>
      <Bar {...props} progress={progress} />
      <div class="progress-actions">
        <button type="button" class="button" disabled={isEmpty(progress)} onClick={() => setNotice(saveFile(progress))}>
          {words.export}
        </button>
        <button type="button" class="button" onClick={() => file.current?.click()}>
          {words.import}
        </button>
        <input
          ref={file}
          type="file"
          accept="application/json,.json"
          aria-label={words.import}
          tabIndex={-1}
          class="visually-hidden"
          onChange={(event) => void load(event.currentTarget.files?.[0])}
        />
        {before ? (
          <button
            type="button"
            class="button"
            data-quiet
            onClick={() => {
              store().change((now) => mergeProgress(now, before));
              setBefore(undefined);
              setNotice('');
            }}
          >
            {words.undo}
          </button>
        ) : (
          <button
            type="button"
            class="button"
            data-quiet
            disabled={isEmpty(progress)}
            onClick={() => {
              setBefore(progress);
              store().change(noProgress);
              setNotice(words.forgotten);
            }}
          >
            {words.forget}
          </button>
        )}
        <p role="status">{notice || (kept ? (isEmpty(progress) ? words.none : words.kept) : words.notKept)}</p>
      </div>
    </section>
  );
}

function Bar({ lessons, exercises, questions, progress }: Props & { progress: Progress }) {
  const readLessons = lessons.filter(({ id }) => progress.lessons[id]);
  const passed = exercises.filter(({ id }) => progress.exercises[id]);
  const right = questions.filter((question) => progress.quizzes[question]?.right);
  const sum = (parts: readonly Part[]) => parts.reduce((minutes, part) => minutes + part.minutes, 0);
  const all = sum(lessons) + sum(exercises);
  const done = sum(readLessons) + sum(passed);
  return (
    <>
      <div class="progress-track" aria-hidden="true">
        <span class="progress-done" style={{ width: `${((done / Math.max(all, 1)) * 100).toFixed(2)}%` }} />
      </div>
      <ul class="progress-facts number">
        <li>{words.lessons(readLessons.length, lessons.length)}</li>
        <li>{words.exercises(passed.length, exercises.length)}</li>
        <li>{words.questions(right.length, questions.length)}</li>
        <li>{done === 0 ? words.all(words.time(all)) : words.left(words.time(all - done))}</li>
      </ul>
    </>
  );
}

/** Nothing until the page runs: what is drawn at build time must be what the browser begins with. */
function useProgress(): { progress: Progress; kept: boolean } {
  const [state, setState] = useState<{ progress: Progress; kept: boolean }>({ progress: noProgress(), kept: true });
  useEffect(() => {
    const store = ownProgress();
    const show = () => setState({ progress: store.read(), kept: store.kept() });
    show();
    return store.listen(show);
  }, []);
  return state;
}

/** Returns what to say. */
function saveFile(progress: Progress): string {
  const name = words.fileName(new Date().toISOString().slice(0, 10));
  const address = URL.createObjectURL(
    new Blob([`${JSON.stringify(progress, null, 2)}\n`], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
  return words.exported(name);
}

/** Returns what to say. A file that is not one of ours changes nothing. */
async function importFile(chosen: File): Promise<string> {
  if (chosen.size > fileBytesMax) return words.problems.too_large;
  const text = await chosen.text().catch(() => undefined);
  if (text === undefined) return words.unreadable;
  const read = readProgress(text);
  if (!read.ok) return words.problems[read.problem];
  ownProgress().change((now) => mergeProgress(now, read.progress));
  return words.imported;
}
