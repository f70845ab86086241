import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isPressed } from '../../keyboard/shortcuts.ts';
import { strings } from '../../strings.ts';
import { panelId, Tabs, tabId } from '../tabs.tsx';
import { useMedia } from '../use-media.ts';
import { Divider } from './divider.tsx';
import { defaultWidths, keepWidths, type RoomWidths, readWidths, withWidth } from './room-widths.ts';

export const roomNames = ['brief', 'editor', 'evidence'] as const;
export type RoomName = (typeof roomNames)[number];

interface Props {
  /** The page's title: its heading stands in the brief, and must not be missing while another room is shown. */
  title: string;
  /** Which room a narrow window shows. */
  room: RoomName;
  onRoom(room: RoomName): void;
  brief: ComponentChildren;
  editor: ComponentChildren;
  evidence: ComponentChildren;
  /** Below the rooms of a narrow window; in a wide one it is part of the editor room. */
  foot?: ComponentChildren;
}

const words = strings.exercise;

/** Brief, editor and evidence side by side, or as tabs below 800 px. */
export function Rooms({ title, room, onRoom, brief, editor, evidence, foot }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const narrow = useMedia('(max-width: 799px)') === true;
  const { widths, move } = useRoomWidths();
  useRoomKey(root, narrow ? onRoom : undefined);
  const contents: Record<RoomName, ComponentChildren> = { brief, editor, evidence };
  if (!narrow) {
    contents.editor = (
      <>
        {editor}
        {foot}
      </>
    );
  }
  const divider = (between: keyof RoomWidths) => (
    <Divider
      label={
        between === 'brief'
          ? words.divider(words.rooms.brief, words.rooms.editor)
          : words.divider(words.rooms.editor, words.rooms.evidence)
      }
      side={between === 'brief' ? 'left' : 'right'}
      value={widths[between]}
      onMove={(value) => move(between, value)}
      onReset={() => move(between, defaultWidths[between])}
    />
  );
  const section = (name: RoomName) => (
    <section
      class={`room room-${name}`}
      id={panelId('room', name)}
      data-shown={room === name ? '' : undefined}
      role={narrow ? 'tabpanel' : undefined}
      aria-label={narrow ? undefined : words.rooms[name]}
      aria-labelledby={narrow ? tabId('room', name) : undefined}
      tabIndex={-1}
    >
      {contents[name]}
    </section>
  );
  return (
    <div class="workbench" ref={root}>
      {narrow && room !== 'brief' && <h1 class="visually-hidden">{title}</h1>}
      <div class="room-tabs">
        <Tabs
          label={words.roomsLabel}
          name="room"
          tabs={roomNames.map((id) => ({ id, label: words.rooms[id] }))}
          active={room}
          onSelect={onRoom}
        />
      </div>
      <div class="rooms">
        {section('brief')}
        {divider('brief')}
        {section('editor')}
        {divider('evidence')}
        {section('evidence')}
      </div>
      {narrow && foot}
    </div>
  );
}

/** F6 goes from room to room, wherever on the page the focus is. */
function useRoomKey(root: { current: HTMLElement | null }, onRoom: ((room: RoomName) => void) | undefined): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isPressed(event, 'nextRoom')) goToRoom(1, event);
      else if (isPressed(event, 'previousRoom')) goToRoom(-1, event);
    };
    const goToRoom = (step: 1 | -1, event: KeyboardEvent) => {
      if (!root.current) return;
      event.preventDefault();
      focusRoom(root.current, step, onRoom);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [root, onRoom]);
}

function focusRoom(root: HTMLElement, step: 1 | -1, onRoom: ((room: RoomName) => void) | undefined): void {
  const rooms = [...root.querySelectorAll<HTMLElement>('.room')];
  const at = rooms.findIndex((room) => room.contains(document.activeElement));
  const next = (at + step + rooms.length) % rooms.length;
  const name = roomNames[next];
  if (name) onRoom?.(name);
  requestAnimationFrame(() => rooms[next]?.focus());
}

function useRoomWidths() {
  const [widths, setWidths] = useState<RoomWidths>(defaultWidths);
  useEffect(() => setWidths(readWidths(() => localStorage)), []);
  const move = (room: keyof RoomWidths, wanted: number) => {
    const moved = withWidth(widths, room, wanted);
    setWidths(moved);
    keepWidths(() => localStorage, moved);
    document.documentElement.style.setProperty(`--room-${room}`, `${moved[room]}%`);
  };
  return { widths, move };
}
