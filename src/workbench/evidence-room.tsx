import { useEffect, useState } from 'preact/hooks';
import type { Exercise } from '../../grader/contract/exercise.ts';
import type { ScannedStage } from '../stages/scan-stages.ts';
import { strings } from '../strings.ts';
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
  onLine(file: EditedFile, line: number): void;
  onReadAfter(): void;
}

type Panel = 'verdict' | 'log';

/** What the grader found: opens the log while it builds and the verdict when there is one. */
export function EvidenceRoom({ exercise, view, connection, stages, edited, onLine, onReadAfter }: Props) {
  const [panel, setPanel] = useState<Panel>('verdict');
  const over = view === undefined || isOver(view.state);
  useEffect(() => setPanel(over ? 'verdict' : 'log'), [over, view?.id]);
  const tabs: Tab<Panel>[] = [
    { id: 'verdict', label: strings.verdict.tab },
    { id: 'log', label: strings.log.tab },
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
    </>
  );
}
