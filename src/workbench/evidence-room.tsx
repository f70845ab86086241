import { lazy, Suspense } from 'preact/compat';
import { useEffect, useState } from 'preact/hooks';
import type { Exercise } from '../../grader/contract/exercise.ts';
import type { ScannedStage } from '../stages/scan-stages.ts';
import { strings } from '../strings.ts';
import { attemptStrings } from './attempts/strings.ts';
import { strings as labStrings } from './cache-lab/strings.ts';
import { type DrawnPanel, DrawnPanels, drawnTabs } from './drawn-panels.tsx';
import { layerStrings } from './layers/strings.ts';
import type { EditedFile } from './line-marks.ts';
import { emptyLog } from './log/log-buffer.ts';
import { LogView } from './log/log-view.tsx';
import type { Connection } from './submission/follow-submission.ts';
import { ProgressStrip } from './submission/progress-strip.tsx';
import { isOver, type SubmissionView } from './submission/submission-state.ts';
import { panelId, type Tab, Tabs, tabId } from './tabs.tsx';
import { VerdictView } from './verdict/verdict-view.tsx';

interface Props {
  exercise: Exercise;
  view: SubmissionView | undefined;
  connection: Connection;
  stages: readonly ScannedStage[];
  edited: boolean;
  /** What stands in the editor. */
  text: string;
  cursorLine: number | undefined;
  onLine(file: EditedFile, line: number): void;
  onReadAfter(): void;
  /** Id of an earlier attempt that is looked at. */
  openedAttempt: string | undefined;
  onOpenAttempt(id: string): void;
  /** Builds what is in the editor. */
  onBuild(): void;
}

type Panel = 'verdict' | 'log' | 'layers' | 'terminal' | 'attempts' | 'cache-lab' | DrawnPanel;

const LayersView = lazy(async () => (await import('./layers/layers-view.tsx')).LayersView);
const AttemptsView = lazy(async () => (await import('./attempts/attempts-view.tsx')).AttemptsView);
const CacheLab = lazy(async () => (await import('./cache-lab/cache-lab.tsx')).CacheLab);
const TerminalPanel = lazy(() => import('./terminal/terminal-panel.tsx'));

/** What the grader found: opens the log while it builds and the verdict when there is one. */
export function EvidenceRoom(props: Props) {
  const { exercise, view, connection, stages, edited, onLine, onReadAfter } = props;
  const [panel, setPanel] = useState<Panel>('verdict');
  const over = view === undefined || isOver(view.state);
  // Who goes from attempt to attempt stays in the panel.
  useEffect(() => setPanel(over ? 'verdict' : 'log'), [over]);
  const tabs: Tab<Panel>[] = [
    { id: 'verdict', label: strings.verdict.tab },
    ...drawnTabs,
    { id: 'log', label: strings.log.tab },
    { id: 'layers', label: layerStrings.tab },
    { id: 'terminal', label: strings.terminal.tab },
    { id: 'attempts', label: attemptStrings.tab },
    { id: 'cache-lab', label: labStrings.tab },
  ];
  const leave = (event: KeyboardEvent) => {
    if (event.key === 'Escape') document.getElementById(tabId('evidence', panel))?.focus();
  };
  return (
    <>
      <ProgressStrip view={view} connection={connection} />
      <Tabs<Panel>
        label={strings.exercise.rooms.evidence}
        name="evidence"
        tabs={tabs}
        active={panel}
        onSelect={setPanel}
      />
      <div
        class="evidence-panel"
        role="tabpanel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        id={panelId('evidence', 'verdict')}
        aria-labelledby={tabId('evidence', 'verdict')}
        hidden={panel !== 'verdict'}
        onKeyDown={leave}
      >
        <VerdictView exercise={exercise} view={view} edited={edited} onLine={onLine} onReadAfter={onReadAfter} />
      </div>
      <DrawnPanels
        {...props}
        exercise={exercise.slug}
        starter={exercise.starter.dockerfile}
        active={panel}
        onKeyDown={leave}
      />
      <div
        class="evidence-panel"
        role="tabpanel"
        id={panelId('evidence', 'log')}
        aria-labelledby={tabId('evidence', 'log')}
        hidden={panel !== 'log'}
        onKeyDown={leave}
      >
        {panel === 'log' && (
          <LogView
            log={view?.log ?? emptyLog}
            stages={stages}
            fileName={`${exercise.slug}-${view?.attempt ?? 0}.log`}
          />
        )}
      </div>
      <div
        class="evidence-panel"
        role="tabpanel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        id={panelId('evidence', 'layers')}
        aria-labelledby={tabId('evidence', 'layers')}
        hidden={panel !== 'layers'}
        onKeyDown={leave}
      >
        {panel === 'layers' && !import.meta.env.SSR && (
          <Suspense fallback={<p class="layers-none">{layerStrings.loading}</p>}>
            <LayersView exercise={exercise.slug} view={view} onLine={(line) => onLine('Dockerfile', line)} />
          </Suspense>
        )}
      </div>
      <div
        class="evidence-panel"
        role="tabpanel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        id={panelId('evidence', 'attempts')}
        aria-labelledby={tabId('evidence', 'attempts')}
        hidden={panel !== 'attempts'}
        onKeyDown={leave}
      >
        {panel === 'attempts' && !import.meta.env.SSR && (
          <Suspense fallback={null}>
            <AttemptsView {...{ exercise, view }} opened={props.openedAttempt} onOpen={props.onOpenAttempt} />
          </Suspense>
        )}
      </div>
      <div
        class="evidence-panel"
        role="tabpanel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        id={panelId('evidence', 'cache-lab')}
        aria-labelledby={tabId('evidence', 'cache-lab')}
        hidden={panel !== 'cache-lab'}
        onKeyDown={leave}
      >
        {panel === 'cache-lab' && !import.meta.env.SSR && (
          <Suspense fallback={null}>
            <CacheLab exercise={exercise} view={view} onLine={(line) => onLine('Dockerfile', line)} />
          </Suspense>
        )}
      </div>
      <TerminalTab {...props} shown={panel === 'terminal'} onKeyDown={leave} />
    </>
  );
}

function TerminalTab({
  view,
  onBuild,
  shown,
  onKeyDown,
}: Pick<Props, 'view' | 'onBuild'> & { shown: boolean; onKeyDown(event: KeyboardEvent): void }) {
  return (
    <div
      class="evidence-panel"
      role="tabpanel"
      id={panelId('evidence', 'terminal')}
      aria-labelledby={tabId('evidence', 'terminal')}
      hidden={!shown}
      onKeyDown={onKeyDown}
    >
      {shown && !import.meta.env.SSR && (
        <Suspense fallback={<p class="layers-none">{strings.terminal.loading}</p>}>
          <TerminalPanel view={view} onBuild={onBuild} />
        </Suspense>
      )}
    </div>
  );
}
