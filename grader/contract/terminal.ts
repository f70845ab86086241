/**
 * The terminal of one attempt's image: what is there, what its files are, and the messages of an open shell.
 *
 * Over the socket, text is a message of these schemas and binary is the shell's output, byte for byte. The page counts
 * the bytes it got: `seen` when it comes back, `ack` while it reads.
 */
import { z } from 'zod';

/** `shell`: one of the image's own; `toolbox`: ours, laid beside an image that has none. */
export const terminalModeSchema = z.enum(['shell', 'toolbox']);
export type TerminalMode = z.infer<typeof terminalModeSchema>;

export const terminalLimitsSchema = z.object({
  idleMs: z.number(),
  totalMs: z.number(),
  graceMs: z.number(),
  messageBytesMax: z.number(),
  inputBytesPerSecond: z.number(),
});

export const terminalViewSchema = z.object({
  /** `gone`: it was built and has been removed since; `never`: this attempt made none. */
  image: z.enum(['here', 'gone', 'never']),
  shell: z.string().optional().describe("path of the image's best shell"),
  toolbox: z.boolean().describe('whether the tools for an image without a shell are there'),
  user: z.string().optional(),
  /** A shell of this attempt that still runs, to come back to. */
  running: terminalModeSchema.optional(),
  limits: terminalLimitsSchema,
});
export type TerminalView = z.infer<typeof terminalViewSchema>;

export const fileListSchema = z.object({
  path: z.string().describe('as it is without links'),
  entries: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['file', 'directory', 'symlink', 'other']),
      mode: z.number().int().describe('permission bits'),
      uid: z.number().int(),
      gid: z.number().int(),
      sizeBytes: z.number().int().describe('of a directory, all files below it'),
      linkTarget: z.string().optional(),
    }),
  ),
  more: z.number().int().nonnegative().describe('entries that are left out'),
});
export type FileList = z.infer<typeof fileListSchema>;

const columns = z.number().int().min(2).max(500);
const rows = z.number().int().min(1).max(200);

export const terminalSizeSchema = z.object({ columns, rows });
export type TerminalSize = z.infer<typeof terminalSizeSchema>;

/** In the address of the socket. */
export const terminalQuerySchema = z.object({
  mode: terminalModeSchema,
  columns: z.coerce.number().pipe(columns),
  rows: z.coerce.number().pipe(rows),
  /** Bytes of the running shell that the page has; absent: start one. */
  seen: z.coerce.number().int().nonnegative().optional(),
});
export type TerminalQuery = z.infer<typeof terminalQuerySchema>;

export const fromPageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('input'), data: z.string() }),
  z.object({ type: z.literal('resize'), columns, rows }),
  z.object({ type: z.literal('ack'), bytes: z.number().int().nonnegative() }),
  z.object({ type: z.literal('end') }),
]);
export type FromPage = z.infer<typeof fromPageSchema>;

export const terminalEndSchema = z.object({
  reason: z
    .enum(['exited', 'ended', 'idle', 'total', 'output', 'replaced', 'lost', 'shutdown', 'misused', 'failed', 'gone'])
    .describe(
      '`exited` by itself, `ended` by its learner, `lost`: its page did not come back, `gone`: it ended before',
    ),
  exitCode: z.number().int().optional(),
  oomKilled: z.boolean().optional(),
  message: z.string().optional().describe('a sentence, where something failed'),
});
export type TerminalEnd = z.infer<typeof terminalEndSchema>;

export const fromShellSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('opened'),
    mode: terminalModeSchema,
    shell: z.string(),
    /** Number of the next byte. When it is not what the page has, the page begins with an empty screen. */
    at: z.number().int().nonnegative(),
  }),
  z.object({ type: z.literal('warning'), reason: z.enum(['idle', 'total', 'input']), leftMs: z.number().optional() }),
  /** Another page took this shell over. */
  z.object({ type: z.literal('moved') }),
  terminalEndSchema.extend({ type: z.literal('end') }),
]);
export type FromShell = z.infer<typeof fromShellSchema>;
