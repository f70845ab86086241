/**
 * The keys of Stagecraft: what the page of shortcuts lists is what the handlers ask for (`isPressed`). Keys that a part
 * brings with it (Monaco, tabs of the browser) are listed as `brought`: nobody here handles them.
 */
export interface Chord {
  /** As `KeyboardEvent.key` says it. */
  key: string;
  /** Ctrl, or Cmd on a Mac. */
  mod?: boolean;
  shift?: boolean;
  /** Ctrl on a Mac as well. */
  ctrl?: boolean;
  /** Option on a Mac. */
  alt?: boolean;
}

export interface Shortcut {
  chords: readonly Chord[];
  what: string;
  /** The file that asks for it; none when a part brings it. */
  handledIn?: string;
}

export interface ShortcutGroup {
  title: string;
  shortcuts: Record<string, Shortcut>;
}

export const shortcutGroups = {
  everywhere: {
    title: 'On every page',
    shortcuts: {
      search: {
        chords: [{ key: '/' }, { key: 'k', mod: true }],
        what: 'Open the search. In a text field and in the editor these keys stay what they are there.',
        handledIn: 'search/search-keys.ts',
      },
      leave: { chords: [{ key: 'Escape' }], what: 'Close what is open.', handledIn: 'health/health-status.tsx' },
    },
  },
  search: {
    title: 'In the search',
    shortcuts: {
      nextResult: { chords: [{ key: 'ArrowDown' }], what: 'Next result', handledIn: 'search/search-box.tsx' },
      previousResult: { chords: [{ key: 'ArrowUp' }], what: 'Previous result', handledIn: 'search/search-box.tsx' },
      openResult: { chords: [{ key: 'Enter' }], what: 'Open the first result', handledIn: 'search/search-box.tsx' },
    },
  },
  exercise: {
    title: 'In an exercise',
    shortcuts: {
      build: {
        chords: [{ key: 'Enter', mod: true }],
        what: 'Build and check, from anywhere on the page',
        handledIn: 'workbench/use-sending.ts',
      },
      nextRoom: {
        chords: [{ key: 'F6' }],
        what: 'Next room: brief, editor, evidence',
        handledIn: 'workbench/rooms/rooms.tsx',
      },
      previousRoom: {
        chords: [{ key: 'F6', shift: true }],
        what: 'Room before',
        handledIn: 'workbench/rooms/rooms.tsx',
      },
      leaveEditor: {
        chords: [{ key: 'Escape' }],
        what: 'Leave the editor for the tabs above it; in the evidence, for its tabs',
        handledIn: 'workbench/evidence-room.tsx',
      },
      otherTab: {
        chords: [{ key: 'ArrowLeft' }, { key: 'ArrowRight' }, { key: 'Home' }, { key: 'End' }],
        what: 'In a row of tabs: another one',
        handledIn: 'workbench/tabs.tsx',
      },
      moveDivider: {
        chords: [{ key: 'ArrowLeft' }, { key: 'ArrowRight' }, { key: 'Home' }, { key: 'End' }],
        what: 'On the line between two rooms: move it',
        handledIn: 'workbench/rooms/divider.tsx',
      },
      resetDivider: {
        chords: [{ key: 'Enter' }],
        what: 'On that line: put it back',
        handledIn: 'workbench/rooms/divider.tsx',
      },
    },
  },
  editor: {
    title: 'In the editor',
    shortcuts: {
      tabMoves: { chords: [{ key: 'm', ctrl: true }], what: 'Let Tab leave the editor, or indent again' },
      find: { chords: [{ key: 'f', mod: true }], what: 'Find in this file' },
      undo: { chords: [{ key: 'z', mod: true }], what: 'Undo' },
      comment: { chords: [{ key: '/', mod: true }], what: 'Make the line a comment, or text again' },
      suggest: {
        chords: [{ key: 'Space', ctrl: true }],
        what: 'Suggest what can stand here: images, stages, keywords',
      },
      parameters: { chords: [{ key: 'Space', mod: true, shift: true }], what: 'Say what this instruction takes' },
      quickFix: { chords: [{ key: '.', mod: true }], what: 'Offer a fix for the problem under the cursor' },
      rename: { chords: [{ key: 'F2' }], what: 'Rename a stage or a variable everywhere' },
      format: { chords: [{ key: 'f', shift: true, alt: true }], what: 'Format the Dockerfile' },
      nextProblem: { chords: [{ key: 'F8' }], what: 'Go to the next problem, and say it' },
    },
  },
} as const satisfies Record<string, ShortcutGroup>;

type Groups = typeof shortcutGroups;
export type ShortcutId = { [G in keyof Groups]: keyof Groups[G]['shortcuts'] }[keyof Groups];

const all = new Map<string, Shortcut>(
  Object.values(shortcutGroups).flatMap(({ shortcuts }) => Object.entries(shortcuts)),
);

/** Whether this press is one of the chords of that shortcut. */
export function isPressed(event: KeyboardEvent, id: ShortcutId): boolean {
  return (all.get(id)?.chords ?? []).some((chord) => fits(event, chord));
}

function fits(event: KeyboardEvent, { key, mod = false, shift, ctrl = false, alt = false }: Chord): boolean {
  if (event.altKey !== alt || event.key.toLowerCase() !== key.toLowerCase()) return false;
  // A sign like `/` needs Shift on some keyboards; a letter or a function key does not.
  if (key.length > 1 && event.shiftKey !== (shift ?? false)) return false;
  return mod ? event.ctrlKey || event.metaKey : event.ctrlKey === ctrl && !event.metaKey;
}

const names: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

/** The keys as they stand on the keyboard: `['Ctrl', 'Enter']`. */
export function keysOf({ key, mod, shift, ctrl, alt }: Chord): string[] {
  const name = names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [...(mod || ctrl ? ['Ctrl'] : []), ...(shift ? ['Shift'] : []), ...(alt ? ['Alt'] : []), name];
}
