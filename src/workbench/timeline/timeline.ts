/** The steps of a build on one scale of time. Pure. */
import type { LiveVertex } from '../submission/live-vertexes.ts';
import { criticalPath } from './critical-path.ts';
import { type EarlierAttempt, type Saved, savedTimes, stepText } from './saved-time.ts';

export interface TimelineRow {
  key: number | string;
  vertex: LiveVertex;
  /** What it does, without BuildKit's numbers. */
  text: string;
  /** In ms from the start of the first step. */
  startMs: number;
  endMs: number;
  critical: boolean;
  /** Of a cached step that ran in an earlier attempt. */
  saved: Saved | undefined;
}

export interface TimelineGroup {
  /** As BuildKit calls it: its name or its number; undefined for BuildKit's own work (exporting). */
  stage: string | undefined;
  startMs: number;
  endMs: number;
  rows: TimelineRow[];
}

export interface Timeline {
  groups: TimelineGroup[];
  /** The critical path, first to last. */
  path: TimelineRow[];
  /** From the first start to the last end. */
  durationMs: number;
  /** What the scale has to hold: also the time that cached steps would have taken. */
  scaleMs: number;
  savedMs: number;
  /** Cached steps of which no earlier attempt is known that ran them. */
  unknownSaved: number;
}

export interface TimelineOf {
  vertexes: readonly LiveVertex[];
  /** Newest first. */
  earlier: readonly EarlierAttempt[];
  /** Where a step that still runs ends for now, ISO 8601 as ms. */
  nowMs: number;
}

/** Undefined when no vertex has a time: nothing ran yet, or it ran before times were recorded. */
export function timelineOf({ vertexes, earlier, nowMs }: TimelineOf): Timeline | undefined {
  const timed = vertexes.filter(({ startedAt }) => startedAt !== undefined);
  if (timed.length === 0) return undefined;
  const zero = Math.min(...timed.map(startOf));
  const saved = savedTimes(vertexes, earlier);
  const rows = vertexes.map((vertex): TimelineRow => {
    // What was there before the build has no time of its own: it stands at the beginning.
    const startMs = vertex.startedAt === undefined ? 0 : startOf(vertex) - zero;
    const endMs = vertex.startedAt === undefined ? 0 : Math.max(startMs, endOf(vertex, nowMs) - zero);
    const { key, text } = { key: vertex.id ?? vertex.name, text: shortName(stepText(vertex.name)) };
    return { key, vertex, text, startMs, endMs, critical: false, saved: saved.get(vertex) };
  });
  const path = pathOf(rows.filter(({ vertex }) => vertex.startedAt !== undefined));
  for (const row of path) row.critical = true;
  const durationMs = Math.max(...rows.map((row) => row.endMs));
  return {
    groups: groupsOf(rows),
    path,
    durationMs,
    scaleMs: Math.max(1, durationMs, ...rows.map((row) => row.startMs + (row.saved?.ms ?? 0))),
    savedMs: rows.reduce((sum, row) => sum + (row.saved?.ms ?? 0), 0),
    unknownSaved: rows.filter(({ vertex, saved: known }) => vertex.cached && known === undefined).length,
  };
}

/** As people say it: without Docker Hub's full name, and without flags that would hide what a RUN runs. */
const shortName = (text: string) =>
  text.replace(/^FROM docker\.io\/(?:library\/)?/, 'FROM ').replace(/^RUN (?:--\S+ )+/, 'RUN ');

/** BuildKit may look at a step long before it works on it: what counts is the work, which its end is the end of. */
function startOf({ startedAt = '', endedAt, durationMs }: LiveVertex): number {
  return endedAt === undefined
    ? Date.parse(startedAt)
    : Math.max(Date.parse(startedAt), Date.parse(endedAt) - durationMs);
}

function endOf(vertex: LiveVertex, nowMs: number): number {
  if (vertex.endedAt !== undefined) return Date.parse(vertex.endedAt);
  return vertex.status === 'running' ? nowMs : startOf(vertex) + vertex.durationMs;
}

function pathOf(rows: readonly TimelineRow[]): TimelineRow[] {
  const timed = rows.map((row, id) => ({ id, start: row.startMs, end: row.endMs, row }));
  const idOf = new Map(timed.map(({ id, row }) => [row.vertex.id, id]));
  const steps = timed.map(({ id, start, end, row: { vertex } }) => {
    const inputs = (vertex.inputs ?? []).flatMap((input) => idOf.get(input) ?? []);
    // BuildKit names no inputs of its own work, but exports only what is there.
    const before = () => timed.filter((other) => other.id !== id && other.end <= start).map((other) => other.id);
    return { id, start, end, inputs: vertex.instruction === undefined && inputs.length === 0 ? before() : inputs };
  });
  return criticalPath(steps).flatMap((id) => rows[id] ?? []);
}

/** Stages as the Dockerfile has them, so that a shared FROM moves none of them; BuildKit's own work comes last. */
function groupsOf(rows: readonly TimelineRow[]): TimelineGroup[] {
  const groups = new Map<string | undefined, TimelineGroup>();
  for (const row of rows.toSorted(byLine)) {
    const stage = row.vertex.instruction === undefined ? undefined : row.vertex.stage;
    const group = groups.get(stage) ?? { stage, startMs: row.startMs, endMs: row.endMs, rows: [] };
    groups.set(stage, group);
    group.startMs = Math.min(group.startMs, row.startMs);
    group.endMs = Math.max(group.endMs, row.endMs);
    group.rows.push(row);
  }
  return [...groups.values()];
}

function byLine(a: TimelineRow, b: TimelineRow): number {
  return (
    (a.vertex.line ?? Number.POSITIVE_INFINITY) - (b.vertex.line ?? Number.POSITIVE_INFINITY) || a.startMs - b.startMs
  );
}

/** Where the scale has marks, in ms: three to six of them, at round times. */
export function ticksOf(scaleMs: number): number[] {
  const steps = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000];
  const step = steps.find((each) => scaleMs / each <= 5) ?? Math.ceil(scaleMs / 5 / 600_000) * 600_000;
  return Array.from({ length: Math.floor(scaleMs / step) + 1 }, (_, index) => index * step);
}
