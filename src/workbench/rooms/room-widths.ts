/** How wide the rooms are, in percent of the window; the editor has what the others leave. */
export interface RoomWidths {
  brief: number;
  evidence: number;
}

/** As in `workbench.css`, where they stand for who has moved nothing. */
export const defaultWidths: RoomWidths = { brief: 30, evidence: 33 };
export const widthMin = 16;
const editorMin = 22;
const key = 'stagecraft.rooms';

/** Moves one divider and leaves the editor room enough to work in. */
export function withWidth(widths: RoomWidths, room: keyof RoomWidths, wanted: number): RoomWidths {
  const other = room === 'brief' ? widths.evidence : widths.brief;
  const most = Math.max(widthMin, 100 - editorMin - other);
  return { ...widths, [room]: Math.round(Math.min(most, Math.max(widthMin, wanted)) * 10) / 10 };
}

export function readWidths(storage: () => Storage): RoomWidths {
  try {
    const kept: unknown = JSON.parse(storage().getItem(key) ?? '{}');
    const { brief, evidence } = { ...defaultWidths, ...(kept as Partial<RoomWidths>) };
    return withWidth(
      withWidth(defaultWidths, 'brief', Number(brief) || defaultWidths.brief),
      'evidence',
      Number(evidence) || defaultWidths.evidence,
    );
  } catch {
    return defaultWidths;
  }
}

export function keepWidths(storage: () => Storage, widths: RoomWidths): void {
  try {
    storage().setItem(key, JSON.stringify(widths));
  } catch {
    // Where storage is forbidden the widths last as long as the page.
  }
}
