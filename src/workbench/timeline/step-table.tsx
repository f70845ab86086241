import { formatDuration } from '../../format/bytes.ts';
import type { LiveVertex } from '../submission/live-vertexes.ts';
import { stepText } from './saved-time.ts';
import type { Timeline } from './timeline.ts';
import { stateOf, timelineStrings as words } from './timeline-strings.ts';

interface Props {
  vertexes: readonly LiveVertex[];
  /** Undefined for an attempt without times. */
  timeline: Timeline | undefined;
}

/** The same as the bars, in numbers. */
export function StepTable({ vertexes, timeline }: Props) {
  const rows = new Map(timeline?.groups.flatMap((group) => group.rows).map((row) => [row.vertex, row]));
  const { columns } = words;
  return (
    <details class="timeline-table">
      <summary>{words.table}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section class="timeline-table-scroll" tabIndex={0} aria-label={words.table}>
        <table>
          <thead>
            <tr>
              {Object.entries(columns).map(([key, title]) => (
                <th key={key} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {vertexes.map((vertex) => {
              const row = rows.get(vertex);
              const took = row && vertex.startedAt !== undefined ? row.endMs - row.startMs : vertex.durationMs;
              const saved = row?.saved;
              return (
                <tr key={vertex.id ?? vertex.name}>
                  <th scope="row">
                    <code>{stepText(vertex.name)}</code>
                    {vertex.transferredBytes !== undefined && `, ${words.sent(vertex.transferredBytes)}`}
                  </th>
                  <td>{vertex.instruction === undefined ? words.own : vertex.stage}</td>
                  <td>{vertex.line}</td>
                  <td>{row && vertex.startedAt !== undefined && formatDuration(row.startMs)}</td>
                  <td>{formatDuration(took)}</td>
                  <td>{words.states[stateOf(vertex)]}</td>
                  <td>{saved && `${formatDuration(saved.ms)} (${words.savedIn(saved.attempt)})`}</td>
                  <td>{row?.critical ? words.yes : words.no}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </details>
  );
}
