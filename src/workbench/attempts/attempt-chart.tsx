import { attemptStrings as words } from './strings.ts';

export interface ChartPoint {
  id: string;
  attempt: number;
  value: number;
  passed: boolean;
}

interface Props {
  title: string;
  /** Oldest first. */
  points: readonly ChartPoint[];
  format(value: number): string;
  /** A line to stay below. */
  target?: { value: number; label: string } | undefined;
  /** Id of the attempt on screen. */
  shown: string | undefined;
}

const size = { width: 320, height: 120, left: 2, right: 2, top: 16, bottom: 16 };

/** A column per attempt, all to one scale that begins at nothing. The table beside it says the same in words. */
export function AttemptChart({ title, points, format, target, shown }: Props) {
  const most = Math.max(1e-9, target?.value ?? 0, ...points.map(({ value }) => value));
  const plot = size.height - size.top - size.bottom;
  const y = (value: number) => size.top + plot * (1 - value / most);
  const step = (size.width - size.left - size.right) / Math.max(points.length, 4);
  const column = Math.min(28, step * 0.6);
  const label = words.chart(title, points.map(({ attempt, value }) => words.point(attempt, format(value))).join(', '));
  return (
    <figure class="attempt-chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={label}>
        <line class="chart-base" x1={0} x2={size.width} y1={y(0)} y2={y(0)} />
        {points.map(({ id, attempt, value, passed }, index) => {
          const middle = size.left + step * (index + 0.5);
          return (
            <g key={id} data-shown={id === shown ? '' : undefined} data-passed={passed ? '' : undefined}>
              <rect
                x={middle - column / 2}
                y={y(value)}
                width={column}
                height={Math.max(1, y(0) - y(value))}
                class="chart-column"
              />
              {step >= 14 && (
                <text x={middle} y={size.height - 4} text-anchor="middle" class="chart-attempt">
                  {attempt}
                </text>
              )}
            </g>
          );
        })}
        {target && (
          <>
            <line class="chart-target" x1={0} x2={size.width} y1={y(target.value)} y2={y(target.value)} />
            <text x={size.width - 2} y={y(target.value) - 3} text-anchor="end" class="chart-target-text">
              {target.label}
            </text>
          </>
        )}
        {/* After the line, which would strike them out. */}
        {step >= 34 &&
          points.map(({ id, value }, index) => (
            <text
              key={id}
              x={size.left + step * (index + 0.5)}
              y={y(value) - 4}
              text-anchor="middle"
              class="chart-value"
              data-shown={id === shown ? '' : undefined}
            >
              {format(value)}
            </text>
          ))}
      </svg>
    </figure>
  );
}
