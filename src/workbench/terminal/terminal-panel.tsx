import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { TerminalMode, TerminalView } from '../../../grader/contract/terminal.ts';
import { ApiFailure, getTerminal } from '../../api/client.ts';
import { strings } from '../../strings.ts';
import type { SubmissionView } from '../submission/submission-state.ts';
import { isOver } from '../submission/submission-state.ts';
import { ImageTerminal, type ShellState } from './image-terminal.ts';
import { words } from './strings.ts';
import './terminal.css';

interface Props {
  view: SubmissionView | undefined;
  /** Builds what is in the editor, or once more the attempt that is looked at. */
  onBuild(): void;
}

/** A look into the image of the attempt on screen. */
export default function TerminalPanel({ view, onBuild }: Props) {
  if (view === undefined) return <Empty title={words.nothingYet} text={words.nothingYetText} />;
  if (!isOver(view.state)) return <Empty title={words.building} text={words.buildingText} />;
  if (view.report !== undefined && view.report.image === undefined)
    return <Empty title={words.never} text={words.neverText} />;
  if (view.state === 'cancelled' || view.verdict === 'grader_error')
    return <Empty title={words.never} text={words.neverText} />;
  // The report is fetched when the verdict has come.
  if (view.report === undefined) return <Empty title={words.building} text={words.buildingText} />;
  return <OfAttempt key={view.id} view={view} onBuild={onBuild} />;
}

function Empty({ title, text, children }: { title: string; text: string; children?: preact.ComponentChildren }) {
  return (
    <div class="terminal-empty">
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}

type Asked = { kind: 'asking' } | { kind: 'failed'; message: string } | { kind: 'here'; there: TerminalView };

function OfAttempt({ view, onBuild }: Props & { view: SubmissionView }) {
  const [asked, setAsked] = useState<Asked>({ kind: 'asking' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    getTerminal(view.id, { signal: gone.signal }).then(
      (there) => setAsked({ kind: 'here', there }),
      (error: unknown) => {
        if (gone.signal.aborted) return;
        setAsked({ kind: 'failed', message: error instanceof ApiFailure ? error.message : strings.api.unreachable });
      },
    );
    return () => gone.abort();
  }, [view.id, round]);
  if (asked.kind === 'asking') return <Empty title={words.loading} text="" />;
  if (asked.kind === 'failed') {
    return (
      <Empty title={words.tab} text={asked.message}>
        <button type="button" class="button" onClick={() => setRound(round + 1)}>
          {words.retry}
        </button>
      </Empty>
    );
  }
  return <Terminal view={view} there={asked.there} onBuild={onBuild} />;
}

function Terminal({ view, there, onBuild }: Props & { view: SubmissionView; there: TerminalView }) {
  const element = useRef<HTMLDivElement>(null);
  const [terminal, setTerminal] = useState<ImageTerminal>();
  const [state, setState] = useState<ShellState>('none');
  const [status, setStatus] = useState('');
  useEffect(() => {
    if (!element.current) return;
    let gone = false;
    let made: ImageTerminal | undefined;
    const attempt = { id: view.id, attempt: view.attempt, image: view.report?.image };
    const opened = ImageTerminal.open(element.current, {
      ...{ attempt, view: there, onState: setState, onStatus: setStatus, onEnd: () => {} },
    });
    opened.then(
      (screen) => {
        made = screen;
        if (gone) screen.dispose();
        else setTerminal(screen);
      },
      () => setStatus(words.failed),
    );
    return () => {
      gone = true;
      made?.dispose();
    };
  }, [view.id, there]);
  // Of an image that is gone nobody knows whether it has a shell.
  const mode: TerminalMode = there.image === 'here' && there.shell === undefined ? 'toolbox' : 'shell';
  return (
    <div class="terminal-room">
      {there.image !== 'here' && (
        <div class="terminal-note">
          <p>
            <strong>{words.gone}.</strong> {words.goneText}
          </p>
          <button type="button" class="button" data-main onClick={onBuild}>
            {words.buildAgain}
          </button>
        </div>
      )}
      {there.image === 'here' && mode === 'toolbox' && (
        <details class="terminal-note" open>
          <summary>{words.noShell}</summary>
          <p>{words.noShellText}</p>
        </details>
      )}
      <Bar terminal={terminal} there={there} mode={mode} state={state} />
      <div class="terminal-screen" ref={element} />
      <div class="terminal-foot">
        <p class="terminal-status" role="status">
          {status}
        </p>
        <label class="terminal-reader" title={words.readerLong}>
          <input type="checkbox" onChange={({ currentTarget }) => terminal?.readAloud(currentTarget.checked)} />
          {words.reader}
        </label>
      </div>
    </div>
  );
}

interface BarProps {
  terminal: ImageTerminal | undefined;
  there: TerminalView;
  mode: TerminalMode;
  state: ShellState;
}

function Bar({ terminal, there, mode, state }: BarProps) {
  const run = useCallback((command: string) => () => terminal?.run(command), [terminal]);
  const free = terminal !== undefined && state === 'none';
  return (
    <div class="terminal-bar">
      {state === 'none' ? (
        <button type="button" class="button" disabled={!free || there.image !== 'here'} onClick={run(mode)}>
          {mode === 'shell' ? words.shell : words.toolbox}
        </button>
      ) : (
        <button type="button" class="button" disabled={state !== 'open'} onClick={() => terminal?.endShell()}>
          {words.end}
        </button>
      )}
      <fieldset class="terminal-commands" aria-label={words.commands}>
        {(['history', 'inspect', 'files', 'help'] as const).map((name) => (
          <button
            key={name}
            type="button"
            class="button"
            data-quiet
            disabled={!free}
            onClick={run(name === 'files' ? 'ls /' : name)}
          >
            {words[name]}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
