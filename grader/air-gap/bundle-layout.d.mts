/** Stored bytes per block; the last one may hold fewer. */
export const blockBytes: number;
export const frameHeader: Buffer;
export const partBytesMax: number;
export function blockHeader(bytes: number, isLast: boolean): Buffer;
/** A tar header for a plain file; nothing in it depends on when or by whom it was made. */
export function tarHeader(path: string, sizeBytes: number): Buffer;
/** Rounded up to whole tar blocks. */
export function padded(bytes: number): number;
/** What comes before the first part: the manifest and its checksum, each with its tar header. */
export function preamble(manifestText: string): Buffer;
