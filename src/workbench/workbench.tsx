import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { strings } from '../strings.ts';
import { Bench } from './bench.tsx';
import { BriefRoom, type LessonLinks } from './brief-room.tsx';
import { type MeasuredSizes, MeasuredSizesContext } from './measured-sizes.ts';
import { type RoomName, Rooms } from './rooms/rooms.tsx';
import { useExercise } from './use-exercise.ts';
import './workbench.css';

export interface WorkbenchProps extends LessonLinks {
  slug: string;
  sizes?: MeasuredSizes;
  /** Rendered at build time: reading needs no script and no server. */
  brief?: ComponentChildren;
  after?: ComponentChildren;
}

/** The exercise page: three rooms, of which the brief is there at once and the others when the server has answered. */
export default function Workbench(props: WorkbenchProps) {
  const state = useExercise(props.slug);
  const [room, setRoom] = useState<RoomName>('brief');
  const [hydrated, setHydrated] = useState(false);
  useEffect(() => setHydrated(true), []);
  if (state.kind === 'here') {
    return (
      <MeasuredSizesContext.Provider value={{ ...props.sizes, exercise: props.slug }}>
        <Bench {...props} exercise={state.exercise} room={room} onRoom={setRoom} />
      </MeasuredSizesContext.Provider>
    );
  }
  const message =
    state.kind === 'failed' ? `${strings.exercise.loadFailed} ${state.message}` : strings.exercise.loading;
  const empty = (
    <div class="room-empty">
      <p>{message}</p>
      {state.kind === 'failed' && (
        <button type="button" class="button" onClick={state.retry}>
          {strings.exercise.retry}
        </button>
      )}
      {!hydrated && <noscript>{strings.exercise.noScript}</noscript>}
    </div>
  );
  return (
    <Rooms
      title={props.title}
      room={room}
      onRoom={setRoom}
      brief={<BriefRoom {...props} passed={false} />}
      editor={empty}
      evidence={null}
    />
  );
}
