/** Keeps the beginning of what a build's steps print; they may print for hours. */
import type { BuildEvent } from '../build/build-progress.ts';
import { limits } from '../limits.ts';
import type { PrintedLine } from './evidence.ts';

export class PrintedLines {
  readonly lines: PrintedLine[] = [];
  #bytes = 0;

  add(event: BuildEvent): void {
    if (event.type !== 'log') return;
    for (const { vertex = '', text } of event.lines) {
      this.#bytes += Buffer.byteLength(text) + vertex.length;
      if (this.#bytes > limits.evidence.rebuildLogBytesMax) return;
      this.lines.push({ vertex, text });
    }
  }
}
