import { useState } from 'preact/hooks';
import type { Exercise } from '../../../grader/contract/exercise.ts';
import type { PredictedStep } from '../../../grader/contract/rebuild.ts';
import type { LabStep } from './compare.ts';
import { type Guesses, readGuesses, writeGuesses } from './guesses.ts';
import { StageName } from './stage-name.tsx';
import { strings } from './strings.ts';

interface Props {
  submission: string;
  files: Exercise['files'];
  steps: LabStep[];
  sending: boolean;
  onLine(line: number): void;
  /** True when it was taken. */
  onStart(edit: string, predicted: PredictedStep[]): Promise<boolean>;
}

const storage = () => sessionStorage;
const words = ['cached', 'runs'] as const;

/** A file to edit, and for each step one of two words. */
export function PredictForm({ submission, files, steps, sending, onLine, onStart }: Props) {
  // Only text can be edited so that the app still means the same.
  const choices = files.filter(({ text }) => text !== '').map(({ path }) => path);
  const [guesses, setGuesses] = useState<Guesses>(() => {
    const kept = readGuesses(storage, submission);
    const edit = kept && choices.includes(kept.edit) ? kept.edit : likelyEdit(choices);
    return { edit, says: kept?.says ?? {} };
  });
  const [asked, setAsked] = useState(false);
  const change = (part: Partial<Guesses>) => {
    const next = { ...guesses, ...part };
    setGuesses(next);
    writeGuesses(storage, submission, next);
  };
  const predicted = steps.flatMap(({ line }): PredictedStep[] => {
    const says = guesses.says[line];
    return says === undefined ? [] : [{ line, says }];
  });
  const missing = steps.length - predicted.length;
  const send = (event: Event) => {
    event.preventDefault();
    setAsked(true);
    if (missing > 0 || sending) return;
    // The next edit is predicted anew.
    const done = () => writeGuesses(storage, submission, { edit: guesses.edit, says: {} });
    void onStart(guesses.edit, predicted).then((taken) => taken && done());
  };
  return (
    <form class="cache-lab-form" onSubmit={send}>
      <p>{strings.intro}</p>
      <label class="cache-lab-file">
        <span>{strings.file}</span>
        <select value={guesses.edit} onChange={(event) => change({ edit: event.currentTarget.value })}>
          {choices.map((path) => (
            <option key={path} value={path}>
              {path}
            </option>
          ))}
        </select>
      </label>
      <h3>{strings.steps}</h3>
      <ol class="cache-lab-steps">
        {steps.map((step) => (
          <Step
            key={step.line}
            step={step}
            says={guesses.says[step.line]}
            onSay={(word) => change({ says: { ...guesses.says, [step.line]: word } })}
            onLine={onLine}
          />
        ))}
      </ol>
      <p class="cache-lab-count" role="status">
        {asked && missing > 0 ? strings.missing(missing) : strings.some(predicted.length, steps.length)}
      </p>
      <button type="submit" class="button" data-main aria-disabled={missing > 0 || sending}>
        {strings.rebuild}
      </button>
    </form>
  );
}

interface StepProps {
  step: LabStep;
  says: PredictedStep['says'] | undefined;
  onSay(word: PredictedStep['says']): void;
  onLine(line: number): void;
}

function Step({ step, says, onSay, onLine }: StepProps) {
  return (
    <li>
      <fieldset>
        <legend>
          <StageName stage={step.stage} />
          <code>{step.text}</code>
        </legend>
        <div class="cache-lab-words">
          {words.map((word) => (
            <label key={word}>
              <input
                type="radio"
                name={`cache-lab-${step.line}`}
                checked={says === word}
                onChange={() => onSay(word)}
              />
              <span>{strings[word]}</span>
            </label>
          ))}
          <button type="button" class="line-button number" onClick={() => onLine(step.line)}>
            {strings.line(step.line)}
          </button>
        </div>
      </fieldset>
    </li>
  );
}

/** What is edited all day is source code. */
function likelyEdit(paths: string[]): string {
  return paths.find((path) => /^(src|cmd|app|lib)\//.test(path)) ?? paths[0] ?? '';
}
