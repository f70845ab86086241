import { useRef } from 'preact/hooks';
import { widthMin } from './room-widths.ts';

interface Props {
  label: string;
  /** Percent of the window that the room on its outer side has. */
  value: number;
  /** Which side that room is on: moving towards it makes it smaller. */
  side: 'left' | 'right';
  onMove(value: number): void;
  onReset(): void;
}

const step = 2;

/** A line between two rooms that can be dragged, or moved with the arrow keys; Enter and a double click put it back. */
export function Divider({ label, value, side, onMove, onReset }: Props) {
  const line = useRef<HTMLHRElement>(null);
  const drag = (event: PointerEvent) => {
    if (!line.current?.hasPointerCapture(event.pointerId)) return;
    const rooms = line.current.parentElement?.getBoundingClientRect();
    if (!rooms) return;
    const fromLeft = ((event.clientX - rooms.left) / rooms.width) * 100;
    onMove(side === 'left' ? fromLeft : 100 - fromLeft);
  };
  const press = (event: KeyboardEvent) => {
    const outward = side === 'left' ? -step : step;
    const moves: Record<string, number> = {
      ArrowLeft: value + outward,
      ArrowRight: value - outward,
      Home: 0,
      End: 100,
    };
    const wanted = moves[event.key];
    if (wanted !== undefined) onMove(wanted);
    else if (event.key === 'Enter') onReset();
    else return;
    event.preventDefault();
  };
  return (
    <hr
      ref={line}
      class="divider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={Math.round(value)}
      aria-valuemin={widthMin}
      aria-valuemax={100 - widthMin}
      onPointerDown={(event) => {
        line.current?.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={drag}
      onDblClick={onReset}
      onKeyDown={press}
    />
  );
}
