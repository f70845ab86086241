import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Health } from '../../grader/contract/exercise.ts';
import { onSite } from '../address.ts';
import { Mark, type MarkKind } from '../components/mark.tsx';
import { Sentence } from '../components/sentence.tsx';
import { strings } from '../strings.ts';
import { getHealth } from './get-health.ts';
import { type HealthAnswer, healthLine, nextAskMs } from './health-view.ts';

const words = strings.health;
const marks: Record<Health['tasks'][number]['state'], MarkKind> = {
  waiting: 'waiting',
  running: 'running',
  ready: 'passed',
  failed: 'failed',
};

export default function HealthStatus() {
  const answer = useHealth();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panelId = useId();
  const line = healthLine(answer);

  useEffect(() => {
    if (!open) return;
    const leave = (event: Event) => {
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return;
        button.current?.focus();
      } else if (root.current?.contains(event.target as Node)) return;
      setOpen(false);
    };
    document.addEventListener('keydown', leave);
    document.addEventListener('pointerdown', leave);
    return () => {
      document.removeEventListener('keydown', leave);
      document.removeEventListener('pointerdown', leave);
    };
  }, [open]);

  return (
    <div class="health" ref={root}>
      <button
        type="button"
        class="health-button"
        ref={button}
        aria-expanded={open}
        aria-controls={panelId}
        onClick={() => setOpen(!open)}
      >
        <Mark kind={line.mark} />
        <span title={line.text} aria-live="polite">
          {line.text}
        </span>
      </button>
      <div class="health-panel" id={panelId} hidden={!open}>
        {open && <HealthPanel answer={answer} />}
      </div>
    </div>
  );
}

function HealthPanel({ answer }: { answer: HealthAnswer }) {
  if (answer.kind === 'asking') return <p>{words.asking}</p>;
  if (answer.kind === 'unreachable') return <p>{words.unreachableDetail}</p>;
  const { health } = answer;
  return (
    <>
      <p>{health.status === 'ready' ? words.allThere : health.message}</p>
      {health.status === 'reading' && (
        <p>
          <a href={onSite('/grader/')}>{words.getGrader}</a>
        </p>
      )}
      {health.missing.length > 0 && (
        <>
          <h2>{words.missing}</h2>
          <ul class="missing">
            {health.missing.map((sentence) => (
              <li key={sentence}>
                <Sentence text={sentence} />
              </li>
            ))}
          </ul>
        </>
      )}
      {health.weakIsolation && health.weakIsolation.length > 0 && (
        <>
          <h2>{words.weakIsolationTitle}</h2>
          <p>{words.weakIsolationDetail}</p>
          <ul class="missing">
            {health.weakIsolation.map((sentence) => (
              <li key={sentence}>
                <Sentence text={sentence} />
              </li>
            ))}
          </ul>
        </>
      )}
      {health.tasks.length > 0 && (
        <>
          <h2>{words.tasks}</h2>
          <ul>
            {health.tasks.map((task) => (
              <li key={task.id}>
                <Mark kind={marks[task.state]} />
                <span>
                  {task.title}
                  {task.detail && task.state !== 'ready' && <small>{task.detail}</small>}
                </span>
                <span>{words.taskState[task.state]}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function useHealth(): HealthAnswer {
  const [answer, setAnswer] = useState<HealthAnswer>({ kind: 'asking' });
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const now: HealthAnswer = await getHealth(stop.signal).then(
        (health) => ({ kind: 'answered', health }),
        () => ({ kind: 'unreachable' }),
      );
      if (stop.signal.aborted) return;
      setAnswer(now);
      timer = setTimeout(ask, nextAskMs(now));
    };
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, []);
  return answer;
}
