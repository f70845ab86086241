/** The few marks of the site, drawn in one hand: 14 px, a stroke of 1.75. Always beside a word, so hidden from readers. */
export type MarkKind = 'passed' | 'failed' | 'skipped' | 'waiting' | 'running' | 'warning';

const shapes = {
  passed: 'M2.5 7.5 5.5 10.5 11.5 3.5',
  failed: 'M3 3 11 11 M11 3 3 11',
  skipped: 'M3 7 H11',
  waiting: '',
  running: '',
  warning: 'M7 2.5 V8 M7 11 V11.2',
} as const;

export function Mark({ kind }: { kind: MarkKind }) {
  return (
    <svg
      class={`mark mark-${kind}`}
      viewBox="0 0 14 14"
      width="14"
      height="14"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {kind === 'waiting' && <circle cx="7" cy="7" r="4.5" stroke-width="1.25" />}
      {kind === 'running' && <circle cx="7" cy="7" r="4.5" fill="currentColor" stroke="none" />}
      {shapes[kind] !== '' && <path d={shapes[kind]} />}
    </svg>
  );
}
