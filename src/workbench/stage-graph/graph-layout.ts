/**
 * Where the boxes and lines of the stage graph go. Pure: sizes in px in, places in px out.
 *
 * dagre ranks the stages and orders them; the lines are our own, so that each starts and ends at a place of its own and
 * none runs through a box.
 */
import { Graph, layout } from '@dagrejs/dagre';

export interface LayoutNode {
  id: string;
  height: number;
}

export interface LayoutEdge {
  id: string;
  from: string;
  to: string;
}

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface GraphLayout {
  width: number;
  height: number;
  /** Upper left corners. */
  nodes: ReadonlyMap<string, Place>;
  edges: ReadonlyMap<string, DrawnEdge>;
}

export interface DrawnEdge {
  /** The `d` of the line's SVG path. */
  line: string;
  /** The `d` of its arrow head, which points at the box below. */
  head: string;
}

export interface LayoutRoom {
  /** What there is; a graph that needs more scrolls. */
  width: number;
  boxWidthMax: number;
  boxWidthMin: number;
}

/** Between boxes of one rank, between ranks, around everything, between the lines at one side of a box. */
const gap = { box: 16, rank: 44, around: 4, line: 14, arrow: 7 } as const;
const tries = 12;

export function layoutGraph(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], room: LayoutRoom): GraphLayout {
  if (nodes.length === 0) return { width: 0, height: 0, nodes: new Map(), edges: new Map() };
  const step = (room.boxWidthMax - room.boxWidthMin) / (tries - 1);
  for (let attempt = 0; ; attempt += 1) {
    const placed = place(nodes, edges, Math.round(room.boxWidthMax - attempt * step));
    if (placed.width <= room.width || attempt === tries - 1 || step <= 0) return placed;
  }
}

function place(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], width: number): GraphLayout {
  const graph = new Graph({ multigraph: false });
  graph.setGraph({
    ...{ rankdir: 'TB', nodesep: gap.box, edgesep: gap.line, ranksep: gap.rank, rankalign: 'top' },
    ...{ marginx: gap.around, marginy: gap.around, ranker: 'network-simplex' },
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, height } of nodes) graph.setNode(id, { width, height });
  for (const { from, to } of edges) graph.setEdge(from, to, {});
  layout(graph);
  const places = new Map<string, Place>();
  for (const { id, height } of nodes) {
    const { x, y } = graph.node(id);
    places.set(id, { x: x - width / 2, y: y - height / 2, width, height });
  }
  const drawn = new Map<string, DrawnEdge>();
  const ports = portsOf(edges, places);
  const ranks = ranksOf([...places.values()]);
  for (const edge of edges) {
    const { start, end } = ports.get(edge.id) ?? {};
    if (!start || !end) continue;
    const bends: Point[] = (graph.edge(edge.from, edge.to)?.points ?? []).slice(1, -1);
    drawn.set(edge.id, { line: path(start, end, { bends, ranks }), head: headAt(end) });
  }
  const size = graph.graph();
  return { width: Math.ceil(size.width ?? 0), height: Math.ceil(size.height ?? 0), nodes: places, edges: drawn };
}

interface Point {
  x: number;
  y: number;
}

interface Ports {
  start?: Point;
  end?: Point;
}

/** Lines at one side of a box stand beside each other, in the order of where they lead. */
function portsOf(edges: readonly LayoutEdge[], places: ReadonlyMap<string, Place>): Map<string, Ports> {
  const ports = new Map<string, Ports>(edges.map(({ id }) => [id, {}]));
  const middle = (id: string) => {
    const at = places.get(id);
    return at ? at.x + at.width / 2 : 0;
  };
  for (const [id, { x, y, width, height }] of places) {
    const out = edges.filter((edge) => edge.from === id).sort((a, b) => middle(a.to) - middle(b.to));
    const into = edges.filter((edge) => edge.to === id).sort((a, b) => middle(a.from) - middle(b.from));
    const spread = (count: number, at: number) => {
      const space = Math.min(gap.line, (width - 2 * gap.line) / Math.max(1, count - 1));
      return x + width / 2 + (at - (count - 1) / 2) * space;
    };
    for (const [at, edge] of out.entries()) {
      const own = ports.get(edge.id);
      if (own) own.start = { x: spread(out.length, at), y: y + height };
    }
    for (const [at, edge] of into.entries()) {
      const own = ports.get(edge.id);
      if (own) own.end = { x: spread(into.length, at), y: y - gap.arrow };
    }
  }
  return ports;
}

interface Band {
  top: number;
  bottom: number;
}

/** The heights that boxes of one rank take together. */
function ranksOf(places: readonly Place[]): Band[] {
  const bands: Band[] = [];
  for (const { y, height } of [...places].sort((a, b) => a.y - b.y)) {
    const last = bands.at(-1);
    if (last && y < last.bottom) last.bottom = Math.max(last.bottom, y + height);
    else bands.push({ top: y, bottom: y + height });
  }
  return bands;
}

/** Straight beside the boxes of the ranks between, in a soft S from rank to rank. */
function path(start: Point, end: Point, { bends, ranks }: { bends: Point[]; ranks: readonly Band[] }): string {
  const points: Point[] = [start];
  const passed = ranks.filter(({ top, bottom }) => top >= start.y && bottom <= end.y);
  for (const { top, bottom } of passed) {
    const bend = nearest(bends, (top + bottom) / 2);
    if (bend) points.push({ x: bend.x, y: top }, { x: bend.x, y: bottom });
  }
  points.push(end);
  let drawn = `M${fixed(start)}`;
  let from = start;
  for (const to of points.slice(1)) {
    const half = (from.y + to.y) / 2;
    drawn +=
      from.x === to.x
        ? `L${fixed(to)}`
        : `C${fixed({ x: from.x, y: half })} ${fixed({ x: to.x, y: half })} ${fixed(to)}`;
    from = to;
  }
  return drawn;
}

const headAt = ({ x, y }: Point) =>
  `M${fixed({ x: x - gap.arrow / 1.75, y })}L${fixed({ x: x + gap.arrow / 1.75, y })}L${fixed({ x, y: y + gap.arrow })}Z`;

function nearest(points: readonly Point[], y: number): Point | undefined {
  return points.toSorted((a, b) => Math.abs(a.y - y) - Math.abs(b.y - y))[0];
}

const fixed = ({ x, y }: Point) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
