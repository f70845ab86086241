import { useRef, useState } from 'preact/hooks';
import type { Exercise } from '../../../grader/contract/exercise.ts';
import type { Rebuild } from '../../../grader/contract/rebuild.ts';
import type { Report } from '../../../grader/contract/report.ts';
import { isOver, type SubmissionView } from '../submission/submission-state.ts';
import './cache-lab.css';
import { stepsToPredict } from './compare.ts';
import { PredictForm } from './predict-form.tsx';
import { RebuildView } from './rebuild-view.tsx';
import { strings } from './strings.ts';
import { type Progress, type RebuildControl, useRebuild } from './use-rebuild.ts';

interface Props {
  exercise: Exercise;
  view: SubmissionView | undefined;
  onLine(line: number): void;
}

/** Predict which steps an edit leaves in the cache, have it really built, and compare. */
export function CacheLab({ exercise, view, onLine }: Props) {
  const report = view?.report;
  if (view === undefined || !isOver(view.state) || report?.build.ok !== true) {
    return (
      <div class="cache-lab">
        <h2>{strings.title}</h2>
        <p class="cache-lab-none">{strings.notBuilt}</p>
      </div>
    );
  }
  // Another submission is another experiment.
  return <Lab key={view.id} id={view.id} {...{ exercise, report, onLine }} />;
}

interface LabProps extends Pick<Props, 'exercise' | 'onLine'> {
  id: string;
  report: Report;
}

function Lab({ id, exercise, report, onLine }: LabProps) {
  const control = useRebuild(id);
  const { rebuilds } = control;
  const [shown, setShown] = useState<string | 'form'>();
  const heading = useRef<HTMLHeadingElement>(null);
  const newest = rebuilds?.[0];
  const running = rebuilds?.find(({ state }) => !isOver(state));
  const chosen = shown === 'form' ? undefined : (rebuilds?.find((each) => each.id === shown) ?? newest);
  const open = (which: string | 'form' | undefined) => {
    setShown(which);
    heading.current?.focus();
  };
  const start: RebuildControl['start'] = async (edit, predicted) => {
    const taken = await control.start(edit, predicted);
    if (taken) open(undefined);
    return taken;
  };
  const body = () => {
    if (rebuilds === undefined && control.refusal === undefined) return <p>{strings.loading}</p>;
    if (running)
      return <Running rebuild={running} progress={control.progress} onCancel={() => control.cancel(running.id)} />;
    if (chosen) {
      return (
        <RebuildView
          rebuild={chosen}
          first={report.build}
          stages={report.stages}
          onLine={onLine}
          onAgain={() => open('form')}
        />
      );
    }
    const steps = stepsToPredict(report.build.vertexes, report.stages);
    if (steps.length === 0) return <p class="cache-lab-none">{strings.noSteps}</p>;
    return (
      <PredictForm
        submission={id}
        files={exercise.files}
        {...{ steps, onLine }}
        sending={control.sending}
        onStart={start}
      />
    );
  };
  return (
    <div class="cache-lab">
      <h2 tabIndex={-1} ref={heading}>
        {strings.title}
      </h2>
      {body()}
      {control.refusal && (
        <p class="cache-lab-refusal" role="alert">
          {control.refusal}
        </p>
      )}
      {!running && <Earlier rebuilds={rebuilds ?? []} chosen={chosen} onOpen={open} />}
    </div>
  );
}

function Running({ rebuild, progress, onCancel }: { rebuild: Rebuild; progress: Progress; onCancel(): void }) {
  const { queuePosition, detail, lost } = progress;
  const text = lost
    ? strings.lost
    : (detail ?? (queuePosition === undefined ? strings.working : strings.queued(queuePosition)));
  return (
    <div class="cache-lab-running">
      <p>
        {strings.edited} <code>{rebuild.edit}</code>
      </p>
      <p role="status">{text}</p>
      <button type="button" class="button" onClick={onCancel}>
        {strings.cancel}
      </button>
    </div>
  );
}

interface EarlierProps {
  rebuilds: Rebuild[];
  chosen: Rebuild | undefined;
  onOpen(id: string): void;
}

function Earlier({ rebuilds, chosen, onOpen }: EarlierProps) {
  const others = rebuilds.filter((rebuild) => rebuild !== chosen && rebuild.result !== undefined);
  if (others.length === 0) return null;
  return (
    <section class="cache-lab-earlier" aria-label={strings.earlier}>
      <h3>{strings.earlier}</h3>
      <ul>
        {others.map((rebuild) => (
          <li key={rebuild.id}>
            <button type="button" class="button" data-quiet onClick={() => onOpen(rebuild.id)}>
              {strings.open(rebuild.edit)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
