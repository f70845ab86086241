import { stageHues } from '../../stages/scan-stages.ts';
import type { GraphEdge } from './graph-facts.ts';
import type { GraphLayout } from './graph-layout.ts';

interface Props {
  edges: readonly GraphEdge[];
  layout: GraphLayout;
  /** The whole graph in a sentence. */
  label: string;
}

/** The lines between the boxes, in the colour of the stage that they come from. */
export function GraphEdges({ edges, layout, label }: Props) {
  return (
    <svg class="graph-edges" role="img" aria-label={label} width={layout.width} height={layout.height}>
      {edges.map((edge) => {
        const drawn = layout.edges.get(edge.id);
        if (!drawn) return null;
        return (
          <g
            key={edge.id}
            data-stage={edge.source === undefined ? undefined : edge.source % stageHues}
            data-kind={edge.kind}
            data-unused={edge.reachable ? undefined : ''}
          >
            <path class="graph-line" d={drawn.line} />
            <path class="graph-arrow" d={drawn.head} />
          </g>
        );
      })}
    </svg>
  );
}
