/**
 * Turns what a build step writes into lines that are safe to show: bounded, without terminal sequences except colours.
 */
import { StringDecoder } from 'node:string_decoder';
import { trimNewline } from '../dockerfile/spaces.ts';
import { limits } from '../limits.ts';

/** CSI except colours, OSC and the other string sequences, two-character escapes. */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  /\u001b(?:\[(?![0-9;]*m)[0-?]*[ -/]*[@-~]?|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|(?!\[)[ -/]*[0-~]?)/g;
/** Control characters, and what reorders or hides text. */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** One line as people see it. A progress bar that redraws itself with carriage returns shows its last state. */
export function cleanLine(line: string): string {
  const drawn = trimNewline(line);
  const last = drawn.slice(drawn.lastIndexOf('\r') + 1);
  return last.replace(sequences, '').replace(unprintable, '').toWellFormed();
}

/** Without colours too, to search and to quote. */
export function plainLine(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colour sequences that cleanLine keeps
  return cleanLine(line).replace(/\u001b(?:\[[0-9;]*m)?/g, '');
}

/** The bytes of one stream of one vertex, in pieces, to lines. */
export class LineCutter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private skipping = false;

  push(bytes: Buffer): string[] {
    return this.take(this.decoder.write(bytes));
  }

  end(): string[] {
    const lines = this.take(this.decoder.end());
    if (this.rest !== '') lines.push(bounded(this.rest));
    this.rest = '';
    return lines;
  }

  private take(text: string): string[] {
    const lines: string[] = [];
    const pieces = (this.rest + text).split('\n');
    this.rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      if (!this.skipping) lines.push(bounded(piece));
      this.skipping = false;
    }
    if (this.skipping) this.rest = '';
    else if (this.rest.length > limits.build.logLineBytesMax) {
      lines.push(bounded(this.rest));
      this.rest = '';
      this.skipping = true;
    }
    return lines;
  }
}

function bounded(line: string): string {
  const max = limits.build.logLineBytesMax;
  // A redrawn line is longer than what remains of it.
  const drawn = line.length > max ? line.slice(line.lastIndexOf('\r', line.length - 2) + 1) : line;
  return cleanLine(drawn.length > max ? `${drawn.slice(0, max)}…` : drawn);
}
