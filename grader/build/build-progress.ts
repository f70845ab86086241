/** Folds BuildKit's stream of statuses into vertexes, log lines and the size of the context. */
import { contextVertexName, type VertexReport } from '../contract/report.ts';
import type { LogLine, SubmissionEvent } from '../contract/submission.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import { limits } from '../limits.ts';
import { LineCutter, plainLine } from './log-lines.ts';
import type { SolveLog, SolveStatus, SolveVertex } from './rawjson.ts';
import { type VertexPlace, VertexPlaces } from './vertex-place.ts';

export type BuildEvent = Extract<SubmissionEvent, { type: 'log' | 'vertex' }>;

export interface BuildProgressOptions {
  model: DockerfileModel | undefined;
  emit: (event: BuildEvent) => void;
  logBytesMax: number;
  /** @default limits.build.logLinesMax */
  logLinesMax?: number;
  /** Called once, when the log is full. */
  onLogFull: () => void;
}

/** How many of a vertex's last lines are kept to explain its failure. */
const tailLinesMax = 60;
/** A name holds the whole command, and is repeated with every line of its log. */
const nameCharactersMax = 300;
const errorCharactersMax = 2_000;

/** BuildKit's first looks at the files, twice each and over in no time. */
const preparation = /^\[internal\] load (?:build definition|metadata|\.dockerignore)/;

interface VertexState {
  digest: string;
  id: number;
  inputs: number[];
  name: string;
  place: VertexPlace;
  cached: boolean;
  error: string;
  /** Start → duration in ms; BuildKit may work on a vertex more than once. */
  intervals: Map<string, number>;
  running: boolean;
  /** Only of the build context. */
  transferredBytes?: number;
  shown: string;
  cutters: Map<number, LineCutter>;
  tail: string[];
}

export class BuildProgress {
  logBytes = 0;
  logBytesDropped = 0;
  private logLines = 0;
  private logFull = false;
  contextBytes: number | undefined;
  private readonly options: BuildProgressOptions;
  private readonly vertexes = new Map<string, VertexState>();
  private readonly places: VertexPlaces;
  /** When BuildKit began with what is this build's own: it reads the Dockerfile before anything else. */
  private beginMs: number | undefined;
  /** Digest → number, in the order in which BuildKit lists them. */
  private readonly ids = new Map<string, number>();

  constructor(options: BuildProgressOptions) {
    this.options = options;
    this.places = new VertexPlaces(options.model);
  }

  add(status: SolveStatus): void {
    if (this.places.learn(status.vertexes ?? [])) this.placeAgain();
    for (const { digest } of status.vertexes ?? []) {
      if (!this.ids.has(digest) && this.ids.size < limits.build.vertexesMax) this.ids.set(digest, this.ids.size + 1);
    }
    for (const vertex of status.vertexes ?? []) this.addVertex(vertex);
    for (const { vertex, id, current } of status.statuses ?? []) {
      const state = this.vertexes.get(vertex);
      if (state?.name !== contextVertexName || !id.startsWith('transferring')) continue;
      state.transferredBytes = Math.max(state.transferredBytes ?? 0, current);
      this.contextBytes = state.transferredBytes;
    }
    const lines = (status.logs ?? []).flatMap((log) => this.addLog(log));
    if (lines.length > 0) this.options.emit({ type: 'log', lines });
  }

  /** After the stream ended: what was written without a final line feed. */
  end(): void {
    for (const state of this.vertexes.values()) {
      const lines = [...state.cutters].flatMap(([stream, cutter]) =>
        cutter.end().map((text) => this.logLine(state, stream, text)),
      );
      if (lines.length > 0) this.options.emit({ type: 'log', lines });
    }
  }

  /** What was worked on, in the order of its start. */
  reports(): VertexReport[] {
    const states = [...this.vertexes.values()];
    const worked = states.filter((state) => state.intervals.size > 0 || state.error !== '');
    const needed = this.places.below(worked.map((state) => state.digest));
    // What another build had done already is never said to start here: it was there, so it is cached.
    const given = states.filter((state) => !worked.includes(state) && needed.has(state.digest));
    for (const state of given) state.cached = isOwnStep(state.place);
    return [...given.reverse(), ...worked.sort((a, b) => startOf(a) - startOf(b))].map(report);
  }

  /** The vertex that failed by itself, not because another one did. */
  failed(): { vertex: VertexReport; tail: string[] } | undefined {
    const failed = [...this.vertexes.values()].filter((state) => state.error !== '');
    const own = failed.find((state) => !/context canceled|^Canceled/.test(state.error)) ?? failed[0];
    return own && { vertex: report(own), tail: own.tail };
  }

  private placeAgain(): void {
    for (const state of this.vertexes.values()) {
      state.place = this.places.placeOf(state);
      state.name = cut(state.place.name, nameCharactersMax);
    }
  }

  private addVertex(vertex: SolveVertex): void {
    const state = this.vertexes.get(vertex.digest) ?? this.newVertex(vertex);
    if (state === undefined) return;
    if (vertex.started) {
      this.beginMs ??= Date.parse(vertex.started);
      const start = this.sinceBegin(vertex.started);
      const durationMs = vertex.completed ? Math.max(0, Date.parse(vertex.completed) - Date.parse(start)) : 0;
      state.intervals.set(start, Math.max(state.intervals.get(start) ?? 0, durationMs));
      state.running = !vertex.completed;
    }
    if (vertex.cached && isOwnStep(state.place)) state.cached = true;
    if (vertex.error !== '') state.error = onOneLine(withoutMiddle(withoutMounts(vertex.error), errorCharactersMax));
    this.show(state, vertex);
  }

  /** A vertex that a build before this one shares with it began when that one did. */
  private sinceBegin(started: string): string {
    return Date.parse(started) < (this.beginMs ?? 0) ? new Date(this.beginMs ?? 0).toISOString() : started;
  }

  private newVertex(vertex: SolveVertex): VertexState | undefined {
    const id = this.ids.get(vertex.digest);
    if (id === undefined) return undefined;
    const place = this.places.placeOf(vertex);
    const state: VertexState = {
      digest: vertex.digest,
      id,
      inputs: vertex.inputs.flatMap((input) => this.ids.get(input) ?? []).slice(0, limits.build.vertexInputsMax),
      name: cut(place.name, nameCharactersMax),
      place,
      cached: false,
      error: '',
      intervals: new Map(),
      running: false,
      shown: '',
      cutters: new Map(),
      tail: [],
    };
    this.vertexes.set(vertex.digest, state);
    return state;
  }

  private show(state: VertexState, vertex: SolveVertex): void {
    if ((!vertex.started && state.error === '') || preparation.test(state.name)) return;
    const done = state.cached ? 'cached' : 'done';
    const status = state.error !== '' ? 'failed' : state.running ? 'running' : done;
    if (status === state.shown) return;
    state.shown = status;
    this.options.emit({ type: 'vertex', vertex: report(state), status });
  }

  private addLog(log: SolveLog): LogLine[] {
    const state = this.vertexes.get(log.vertex);
    if (state === undefined) return [];
    const bytes = Buffer.from(log.data, 'base64');
    const free = this.options.logBytesMax - this.logBytes;
    const kept = bytes.subarray(0, Math.max(0, free));
    if (kept.length < bytes.length) this.fillLog();
    this.logBytes += kept.length;
    this.logBytesDropped += bytes.length - kept.length;
    const cutter = state.cutters.get(log.stream) ?? new LineCutter();
    state.cutters.set(log.stream, cutter);
    const lines = cutter.push(kept);
    const freeLines = (this.options.logLinesMax ?? limits.build.logLinesMax) - this.logLines;
    if (lines.length > freeLines) this.fillLog();
    this.logLines += lines.length;
    return lines.slice(0, Math.max(0, freeLines)).map((text) => this.logLine(state, log.stream, text));
  }

  private fillLog(): void {
    if (!this.logFull) this.options.onLogFull();
    this.logFull = true;
  }

  private logLine(state: VertexState, stream: number, text: string): LogLine {
    state.tail.push(text);
    if (state.tail.length > tailLinesMax) state.tail.shift();
    const stage = state.place.stage;
    return { text, stream: stream === 2 ? 'stderr' : 'stdout', ...(stage && { stage }), vertex: state.name };
  }
}

/** Where the daemon has mounted a stage is nobody's business. */
export function withoutMounts(text: string): string {
  return text.replace(/\/\S{0,200}\/buildkit-mount\d+(?=\/)/g, '');
}

/** BuildKit calls FROM and its own work cached or not for reasons of its own. */
function isOwnStep(place: VertexPlace): boolean {
  return !place.internal && place.instruction !== 'FROM';
}

function startOf(state: VertexState): number {
  return Math.min(...[...state.intervals.keys()].map((start) => Date.parse(start)));
}

function onOneLine(text: string): string {
  return plainLine(text.replace(/[\r\n]+/g, ' '));
}

function cut(text: string, charactersMax: number): string {
  const plain = onOneLine(text);
  return plain.length > charactersMax ? `${plain.slice(0, charactersMax)}…` : plain;
}

/** BuildKit's errors repeat the whole command, and say what became of it behind it. */
export function withoutMiddle(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const half = Math.floor(charactersMax / 2);
  return `${text.slice(0, half)} … ${text.slice(-half)}`;
}

function report(state: VertexState): VertexReport {
  const { stage, instruction, line } = state.place;
  const { startedAt, endedAt } = timesOf(state);
  return {
    name: state.name,
    ...(stage !== undefined && { stage }),
    ...(instruction !== undefined && { instruction }),
    ...(line !== undefined && { line }),
    cached: state.cached,
    durationMs: [...state.intervals.values()].reduce((sum, each) => sum + each, 0),
    ...(state.error !== '' && { error: state.error }),
    id: state.id,
    ...(state.inputs.length > 0 && { inputs: state.inputs }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(state.transferredBytes !== undefined && { transferredBytes: state.transferredBytes }),
  };
}

/** From the first work on it to the last; the end is not known while it runs. */
function timesOf(state: VertexState): { startedAt?: string; endedAt?: string } {
  if (state.intervals.size === 0) return {};
  const ends = [...state.intervals].map(([start, durationMs]) => Date.parse(start) + durationMs);
  const [first, last] = [startOf(state), Math.max(...ends)];
  // A clock that is not one: better no time than a fault.
  if (!Number.isFinite(first) || !Number.isFinite(last)) return {};
  const startedAt = new Date(first).toISOString();
  return state.running ? { startedAt } : { startedAt, endedAt: new Date(last).toISOString() };
}
