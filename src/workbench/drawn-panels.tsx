import { lazy, Suspense } from 'preact/compat';
import type { GraphPanelProps } from './stage-graph/graph-panel.tsx';
import { graphStrings } from './stage-graph/graph-strings.ts';
import { panelId, tabId } from './tabs.tsx';
import type { TimelinePanelProps } from './timeline/timeline-panel.tsx';
import { timelineStrings } from './timeline/timeline-strings.ts';

const GraphPanel = lazy(() => import('./stage-graph/graph-panel.tsx').then((module) => module.GraphPanel, unfetched));
const TimelinePanel = lazy(() =>
  import('./timeline/timeline-panel.tsx').then((module) => module.TimelinePanel, unfetched),
);

/** A page that is older than the site it came from asks for files that are gone. */
const unfetched = () => () => <p class="room-empty">{graphStrings.unfetched}</p>;

export const drawnTabs = [
  { id: 'graph', label: graphStrings.tab },
  { id: 'timeline', label: timelineStrings.tab },
] as const;
export type DrawnPanel = (typeof drawnTabs)[number]['id'];

type Props = GraphPanelProps &
  TimelinePanelProps & {
    /** Which panel of the evidence room is on screen. */
    active: string;
    onKeyDown(event: KeyboardEvent): void;
  };

/** The graph and the timeline: fetched when they are opened for the first time. */
export function DrawnPanels({ active, onKeyDown, ...drawn }: Props) {
  const shown = (id: DrawnPanel) => active === id && !import.meta.env.SSR;
  return (
    <>
      {drawnTabs.map(({ id }) => (
        <div
          key={id}
          class="evidence-panel"
          role="tabpanel"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          id={panelId('evidence', id)}
          aria-labelledby={tabId('evidence', id)}
          hidden={active !== id}
          onKeyDown={onKeyDown}
        >
          {shown(id) && (
            <Suspense fallback={<p class="room-empty">{graphStrings.loading}</p>}>
              {id === 'graph' ? <GraphPanel {...drawn} /> : <TimelinePanel {...drawn} />}
            </Suspense>
          )}
        </div>
      ))}
    </>
  );
}
