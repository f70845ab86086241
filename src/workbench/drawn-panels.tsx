import { lazy } from 'preact/compat';
import { EvidencePanel, type PanelPlace } from './evidence-panel.tsx';
import type { GraphPanelProps } from './stage-graph/graph-panel.tsx';
import { graphStrings } from './stage-graph/graph-strings.ts';
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

type Props = GraphPanelProps & TimelinePanelProps & { place: PanelPlace };

/** The graph and the timeline. */
export function DrawnPanels({ place, ...drawn }: Props) {
  return (
    <>
      <EvidencePanel id="graph" {...place} loading={graphStrings.loading}>
        <GraphPanel {...drawn} />
      </EvidencePanel>
      <EvidencePanel id="timeline" {...place} loading={graphStrings.loading}>
        <TimelinePanel {...drawn} />
      </EvidencePanel>
    </>
  );
}
