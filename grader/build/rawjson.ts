/**
 * Reads what `buildx --progress=rawjson` writes to stderr, as it comes: JSON objects one after the other (pretty-printed
 * or one per line), then plain text (an excerpt of the Dockerfile and a line `ERROR: …`).
 */
import { z } from 'zod';

const vertexSchema = z.object({
  digest: z.string(),
  name: z.string().default(''),
  inputs: z
    .array(z.string())
    .nullish()
    .transform((inputs) => inputs ?? []),
  started: z.string().nullish(),
  completed: z.string().nullish(),
  cached: z.boolean().default(false),
  error: z.string().default(''),
});

const statusSchema = z.object({
  id: z.string(),
  vertex: z.string(),
  current: z.number().default(0),
});

const logSchema = z.object({
  vertex: z.string(),
  stream: z.number(),
  /** base64 */
  data: z.string().default(''),
});

const solveStatusSchema = z.object({
  vertexes: z.array(vertexSchema).nullish(),
  statuses: z.array(statusSchema).nullish(),
  logs: z.array(logSchema).nullish(),
});

export type SolveStatus = z.infer<typeof solveStatusSchema>;
export type SolveVertex = z.infer<typeof vertexSchema>;
export type SolveLog = z.infer<typeof logSchema>;

/** One object holds at most a chunk of log, base64 of at most a few hundred KiB. */
const objectBytesMax = 16 * 1024 * 1024;
const plainBytesMax = 64 * 1024;

/** Push text in pieces of any size; objects come out through `onStatus`, the rest gathers in `plain`. */
export class RawJsonReader {
  /** What was no JSON, newest last, cut at the front. */
  plain = '';
  private readonly onStatus: (status: SolveStatus) => void;
  private rest = '';
  private object: string[] | undefined;
  private objectBytes = 0;

  constructor(onStatus: (status: SolveStatus) => void) {
    this.onStatus = onStatus;
  }

  push(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    if (this.rest.length > objectBytesMax) this.rest = '';
    for (const line of lines) this.line(line);
  }

  end(): void {
    if (this.rest !== '') this.line(this.rest);
    this.rest = '';
    if (this.object !== undefined) this.addPlain(this.object.join('\n'));
    this.object = undefined;
  }

  private line(line: string): void {
    if (this.object !== undefined) {
      this.objectBytes += line.length;
      if (this.objectBytes <= objectBytesMax) this.object.push(line);
      if (line === '}') this.finishObject();
    } else if (line === '{') {
      this.object = [line];
      this.objectBytes = 1;
    } else if (line.startsWith('{"') && line.endsWith('}')) {
      this.object = [line];
      this.finishObject();
    } else {
      this.addPlain(line);
    }
  }

  private finishObject(): void {
    const text = this.object?.join('\n') ?? '';
    this.object = undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.addPlain(text);
      return;
    }
    const status = solveStatusSchema.safeParse(value);
    if (status.success) this.onStatus(status.data);
    else this.addPlain(text);
  }

  private addPlain(text: string): void {
    this.plain = `${this.plain}${text}\n`.slice(-plainBytesMax);
  }
}
