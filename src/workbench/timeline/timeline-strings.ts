/** Texts of the timeline. */
import { formatBytes, formatDuration } from '../../format/bytes.ts';
import type { LiveVertex } from '../submission/live-vertexes.ts';
import type { Timeline, TimelineRow } from './timeline.ts';

export const timelineStrings = {
  tab: 'Timeline',
  none: 'Nothing built yet. After a build its steps stand here on one scale of time.',
  waiting: 'The steps of the build appear here as they start.',
  nothingRan: 'The build was refused before its first step, so there is nothing to draw.',
  noTimes: 'This attempt was built before Stagecraft kept the times of steps; only how long each took is known.',
  own: 'BuildKit itself',
  stage: (number: string) => `stage ${number}`,
  critical: 'on the critical path',
  legend: {
    critical: 'critical path: what the build waited for',
    ran: 'ran beside it',
    saved: 'cached: the time it took when it last ran',
  },
  states: {
    running: 'running',
    done: 'done',
    cached: 'cached',
    failed: 'failed',
    stopped: 'stopped',
  },
  table: 'As a table',
  columns: {
    step: 'Step',
    stage: 'Stage',
    line: 'Line',
    start: 'Start',
    took: 'Took',
    state: 'State',
    saved: 'Saved',
    critical: 'Critical path',
  },
  sent: (bytes: number) => `sent ${formatBytes(bytes)}`,
  yes: 'yes',
  no: 'no',
  savedIn: (attempt: number) => `in attempt ${attempt}`,
  unknownSaved: (count: number) =>
    count === 1
      ? '1 cached step ran before your attempts here: what that saved is not known.'
      : `${count} cached steps ran before your attempts here: what that saved is not known.`,
} as const;

/** How many steps of the path are named: the longest ones, in their order. */
const namedMax = 3;
/** Of the whole: what is shorter is not what anyone waited for. */
const namedShareMin = 0.03;

/** What the build waited for, in a sentence in which `backticks` mean code. */
export function pathSentence({ durationMs, path }: Timeline, running: boolean): string {
  const took = running ? 'The build has run for' : 'The build took';
  const long = path
    .filter(
      ({ startMs, endMs, vertex }) =>
        endMs - startMs >= Math.max(1, durationMs * namedShareMin) &&
        (vertex.instruction !== undefined || vertex.transferredBytes !== undefined),
    )
    .toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))
    .slice(0, namedMax);
  const total = `${took} ${formatDuration(durationMs)}.`;
  if (long.length === 0) return total;
  const named = path.filter((row) => long.includes(row)).map(stepWords);
  return `${total} The critical path goes through ${named.join(', then ')}.`;
}

const stepWords = (row: TimelineRow) => `\`${clipped(row.text)}\` (${formatDuration(row.endMs - row.startMs)})`;

const clipped = (text: string) => {
  const plain = text.replaceAll('`', "'");
  return plain.length > 48 ? `${plain.slice(0, 47)}…` : plain;
};

/** What the cache saved, in a sentence; empty when nothing was cached or it is not known. */
export function savedSentence({ savedMs, groups }: Timeline): string {
  const count = groups.flatMap(({ rows }) => rows).filter(({ saved }) => saved !== undefined).length;
  if (count === 0) return '';
  const [steps, ran] =
    count === 1 ? ['1 cached step', 'it took when it'] : [`${count} cached steps`, 'they took when they'];
  return `${steps} saved ${formatDuration(savedMs)} of work, by what ${ran} last ran.`;
}

export function stateOf({ status, error = '' }: LiveVertex): keyof typeof timelineStrings.states {
  return status === 'failed' && /context canceled|^Canceled/.test(error) ? 'stopped' : status;
}

/** One row for those who don't see its bar. */
export function rowWords(row: TimelineRow): string {
  const { vertex, saved } = row;
  const words: string[] = [timelineStrings.states[stateOf(vertex)]];
  if (vertex.line !== undefined) words.unshift(`line ${vertex.line}`);
  if (vertex.transferredBytes !== undefined) words.push(timelineStrings.sent(vertex.transferredBytes));
  if (vertex.startedAt !== undefined) words.push(`began at ${formatDuration(row.startMs)}`);
  if (saved) words.push(`saved ${formatDuration(saved.ms)}, ${timelineStrings.savedIn(saved.attempt)}`);
  else if (row.endMs > row.startMs) words.push(`took ${formatDuration(row.endMs - row.startMs)}`);
  if (row.critical) words.push(timelineStrings.critical);
  return words.join(', ');
}
