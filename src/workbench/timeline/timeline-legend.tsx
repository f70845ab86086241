import type { Timeline } from './timeline.ts';
import { timelineStrings as words } from './timeline-strings.ts';

/** Only of what is on screen. */
export function TimelineLegend({ timeline }: { timeline: Timeline }) {
  const rows = timeline.groups.flatMap((group) => group.rows);
  const entries = [
    { kind: 'critical', shown: timeline.path.length > 0, text: words.legend.critical },
    { kind: 'ran', shown: rows.some((row) => !row.critical && row.endMs > row.startMs), text: words.legend.ran },
    { kind: 'saved', shown: rows.some((row) => row.saved !== undefined), text: words.legend.saved },
  ];
  return (
    <ul class="drawn-legend">
      {entries
        .filter(({ shown }) => shown)
        .map(({ kind, text }) => (
          <li key={kind}>
            <span class="timeline-sample" data-kind={kind} aria-hidden="true" />
            {text}
          </li>
        ))}
    </ul>
  );
}
