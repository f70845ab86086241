import { lazy } from 'preact/compat';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Exercise } from '../../grader/contract/exercise.ts';
import type { ScannedStage } from '../stages/scan-stages.ts';
import { strings } from '../strings.ts';
import { attemptStrings } from './attempts/strings.ts';
import { strings as labStrings } from './cache-lab/strings.ts';
import { type DrawnPanel, DrawnPanels, drawnTabs } from './drawn-panels.tsx';
import { EvidencePanel, type PanelPlace } from './evidence-panel.tsx';
import { layerStrings } from './layers/strings.ts';
import type { EditedFile } from './line-marks.ts';
import { emptyLog } from './log/log-buffer.ts';
import { LogView } from './log/log-view.tsx';
import type { Connection } from './submission/follow-submission.ts';
import { ProgressStrip } from './submission/progress-strip.tsx';
import { isOver, type SubmissionView } from './submission/submission-state.ts';
import { type Tab, Tabs, tabId } from './tabs.tsx';
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
  /** Builds what is in the editor, or once more the attempt that is looked at. */
  onBuild(): void;
}

type Panel = 'verdict' | 'log' | 'layers' | 'terminal' | 'attempts' | 'cache-lab' | DrawnPanel;

const LayersView = lazy(async () => (await import('./layers/layers-view.tsx')).LayersView);
const AttemptsView = lazy(async () => (await import('./attempts/attempts-view.tsx')).AttemptsView);
const CacheLab = lazy(async () => (await import('./cache-lab/cache-lab.tsx')).CacheLab);
const TerminalPanel = lazy(() => import('./terminal/terminal-panel.tsx'));

const tabs: Tab<Panel>[] = [
  { id: 'verdict', label: strings.verdict.tab },
  ...drawnTabs,
  { id: 'log', label: strings.log.tab },
  { id: 'layers', label: layerStrings.tab },
  { id: 'terminal', label: strings.terminal.tab },
  { id: 'attempts', label: attemptStrings.tab },
  { id: 'cache-lab', label: labStrings.tab },
];

/** What the grader found: opens the log while it builds and the verdict when there is one. */
export function EvidenceRoom(props: Props) {
  const { view, connection } = props;
  const [panel, setPanel] = useState<Panel>('verdict');
  const over = view === undefined || isOver(view.state);
  // Who goes from attempt to attempt stays in the panel. In one step with the verdict: a key pressed after it counts.
  useLayoutEffect(() => setPanel(over ? 'verdict' : 'log'), [over]);
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
      <Panels {...props} place={{ active: panel, onKeyDown: leave }} />
    </>
  );
}

function Panels({ place, ...props }: Props & { place: PanelPlace }) {
  const { exercise, view, stages, edited, onLine, onReadAfter } = props;
  const toLine = (line: number) => onLine('Dockerfile', line);
  return (
    <>
      <EvidencePanel id="verdict" {...place} kept>
        <VerdictView {...{ exercise, view, edited, onLine, onReadAfter }} />
      </EvidencePanel>
      <DrawnPanels {...props} exercise={exercise.slug} starter={exercise.starter.dockerfile} place={place} />
      <EvidencePanel id="log" {...place} scrollsItself>
        <LogView log={view?.log ?? emptyLog} stages={stages} fileName={`${exercise.slug}-${view?.attempt ?? 0}.log`} />
      </EvidencePanel>
      <EvidencePanel id="layers" {...place} loading={layerStrings.loading}>
        <LayersView exercise={exercise.slug} view={view} onLine={toLine} />
      </EvidencePanel>
      <EvidencePanel id="attempts" {...place}>
        <AttemptsView {...{ exercise, view }} opened={props.openedAttempt} onOpen={props.onOpenAttempt} />
      </EvidencePanel>
      <EvidencePanel id="cache-lab" {...place}>
        <CacheLab {...{ exercise, view }} onLine={toLine} />
      </EvidencePanel>
      <EvidencePanel id="terminal" {...place} scrollsItself loading={strings.terminal.loading}>
        <TerminalPanel view={view} onBuild={props.onBuild} />
      </EvidencePanel>
    </>
  );
}
