/** The pieces that `shell-words.ts` puts an expansion together from. */
import { byteLength } from './bytes.ts';
import { isSpace } from './spaces.ts';

/** The value of a variable as far as the text of the Dockerfile tells it. */
export interface Expansion {
  /** Only meaningful when `known`. */
  text: string;
  /** False when it depends on what the base image brings. */
  known: boolean;
  /** Upper bound in bytes. */
  sizeBytes: number;
}

/** With its words: BuildKit splits at spaces that were not quoted. */
export interface Part extends Expansion {
  words: string[];
}

export class ExpansionError extends Error {
  readonly tooLarge: boolean;
  constructor(message: string, tooLarge = false) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

export function literal(text: string): Expansion {
  return { text, known: true, sizeBytes: byteLength(text) };
}

export function unknown(sizeBytes: number): Expansion {
  return { text: '', known: false, sizeBytes };
}

/** Joins parts, counts bytes and splits words as BuildKit does: at spaces that were not quoted. */
export class Collector {
  private readonly parts: string[] = [];
  private readonly words: string[] = [];
  private word = '';
  private known = true;
  private sizeBytes = 0;
  private readonly sizeBytesMax: number;

  constructor(sizeBytesMax: number) {
    this.sizeBytesMax = sizeBytesMax;
  }

  raw(text: string): void {
    this.quoted(literal(text));
  }

  quoted(part: Expansion): void {
    this.count(part);
    this.word += part.text;
  }

  split(part: Expansion): void {
    this.count(part);
    for (const char of part.text) {
      if (!isSpace(char)) this.word += char;
      else this.endWord();
    }
  }

  finish(): Part {
    this.endWord();
    return { text: this.parts.join(''), known: this.known, sizeBytes: this.sizeBytes, words: this.words };
  }

  private endWord(): void {
    if (this.word !== '') this.words.push(this.word);
    this.word = '';
  }

  private count(part: Expansion): void {
    this.sizeBytes += part.sizeBytes;
    if (this.sizeBytes > this.sizeBytesMax) throw new ExpansionError('the result is too large', true);
    this.known &&= part.known;
    this.parts.push(part.text);
  }
}
