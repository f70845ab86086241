/**
 * BuildKit's variable expansion and word splitting (its `shell.Lex`), bounded.
 *
 * The grader has to know what BuildKit will read (`FROM $BASE`, `ADD ht\tp://…`, where a here-document ends) without
 * paying for it: doubling variables (`ENV A=$A$A`) pin BuildKit's parser, so an expansion stops at a budget here.
 *
 * Absent on purpose: the pattern modifiers (`${A#x}`, `${A%x}`, `${A/x/y}`) are not computed; their result is unknown
 * but never longer than the bound.
 */
import { Collector, type Expansion, ExpansionError, literal, type Part, unknown } from './expansion.ts';

export type { Expansion } from './expansion.ts';

export type ExpansionResult =
  | (Expansion & { ok: true; words: string[] })
  | { ok: false; error: string; tooLarge: boolean };

export interface ExpansionOptions {
  /** `\` or a backtick. */
  escapeToken: string;
  variables: ReadonlyMap<string, Expansion>;
  /** What a variable that the text doesn't set is: empty (before FROM), brought by the base, or left as written. */
  unset: 'empty' | 'base' | 'as-written';
  sizeBytesMax: number;
  /** Keep quotes and escapes, to find here-documents. */
  raw?: boolean;
}

/** What a variable of the base image is assumed to hold at most, e.g. its PATH. */
export const baseVariableBytes = 128;

const nestingMax = 30;

/** Expands one word as BuildKit would. Never throws; a broken substitution or too large a result is a value. */
export function expand(source: string, options: ExpansionOptions): ExpansionResult {
  const lexer = new Lexer(source, options);
  try {
    const part = lexer.until(undefined, options.raw === true);
    return { ok: true, ...part };
  } catch (error) {
    if (error instanceof ExpansionError) return { ok: false, error: error.message, tooLarge: error.tooLarge };
    throw error;
  }
}

class Lexer {
  private readonly chars: string[];
  private readonly options: ExpansionOptions;
  private position = 0;
  private depth = 0;

  constructor(source: string, options: ExpansionOptions) {
    // Go's text/scanner, which BuildKit reads words with, drops a byte order mark at the beginning.
    this.chars = [...(source.startsWith('\ufeff') ? source.slice(1) : source)];
    this.options = options;
  }

  /** Reads up to and over `stop`, or to the end. */
  until(stop: string | undefined, rawEscapes: boolean): Part {
    this.depth += 1;
    if (this.depth > nestingMax) throw new ExpansionError('substitutions are nested too deeply');
    const out = new Collector(this.options.sizeBytesMax);
    while (this.position < this.chars.length) {
      const char = this.chars[this.position];
      if (char === stop) {
        this.position += 1;
        this.depth -= 1;
        return out.finish();
      }
      if (char === "'") out.raw(this.singleQuoted());
      else if (char === '"') out.quoted(this.doubleQuoted(rawEscapes));
      else if (char === '$') out.split(this.dollar());
      else this.plain(out, rawEscapes);
    }
    if (stop !== undefined) throw new ExpansionError(`'${stop}' is missing`);
    this.depth -= 1;
    return out.finish();
  }

  private plain(out: Collector, rawEscapes: boolean): void {
    const char = this.next();
    if (char !== this.options.escapeToken) {
      out.split(literal(char ?? ''));
      return;
    }
    if (rawEscapes) out.raw(char);
    const escaped = this.next();
    if (escaped !== undefined) out.raw(escaped);
  }

  private next(): string | undefined {
    const char = this.chars[this.position];
    if (char !== undefined) this.position += 1;
    return char;
  }

  private singleQuoted(): string {
    const start = this.position;
    const end = this.chars.indexOf("'", start + 1);
    if (end === -1) throw new ExpansionError('a single quote is never closed');
    this.position = end + 1;
    return (this.options.raw ? this.chars.slice(start, end + 1) : this.chars.slice(start + 1, end)).join('');
  }

  private doubleQuoted(rawEscapes: boolean): Expansion {
    const out = new Collector(this.options.sizeBytesMax);
    const quote = this.options.raw ? '"' : '';
    this.position += 1;
    out.raw(quote);
    for (;;) {
      const char = this.chars[this.position];
      if (char === undefined) throw new ExpansionError('a double quote is never closed');
      if (char === '$') {
        out.quoted(this.dollar());
        continue;
      }
      this.position += 1;
      if (char === '"') {
        out.raw(quote);
        return out.finish();
      }
      if (char !== this.options.escapeToken) {
        out.raw(char);
        continue;
      }
      if (rawEscapes) out.raw(char);
      const following = this.chars[this.position];
      if (following === undefined) continue;
      const escapable = following === '"' || following === '$' || following === this.options.escapeToken;
      out.raw(escapable ? (this.next() ?? '') : char);
    }
  }

  private dollar(): Expansion {
    this.position += 1;
    if (this.chars[this.position] !== '{') {
      const name = this.name();
      return name === '' ? literal('$') : this.lookUp(name, `$${name}`);
    }
    this.position += 1;
    const first = this.chars[this.position];
    if (first === undefined) throw new ExpansionError("'}' is missing");
    if (first === '{' || first === '}' || first === ':') throw new ExpansionError('bad substitution');
    return this.braced();
  }

  private braced(): Expansion {
    const start = this.position;
    const name = this.name();
    let modifier = this.next();
    if (modifier === undefined) throw new ExpansionError("'}' is missing");
    if (modifier === '}') return this.lookUp(name, `\${${name}}`);
    if (modifier === '/') return this.replaced(name, start);
    const nullIsUnset = modifier === ':';
    if (nullIsUnset) modifier = this.next();
    if (modifier === '#' || modifier === '%') return this.trimmed(name, start);
    if (modifier !== '-' && modifier !== '+' && modifier !== '?') {
      throw new ExpansionError(`the substitution modifier '${modifier ?? ''}' is not known`);
    }
    const word = this.until('}', false);
    return this.chosen({ name, modifier, nullIsUnset, start }, word);
  }

  /** `${A:-word}`, `${A:+word}`, `${A:?word}` */
  private chosen(
    at: { name: string; modifier: string; nullIsUnset: boolean; start: number },
    word: Expansion,
  ): Expansion {
    const value = this.options.variables.get(at.name);
    if (value === undefined && this.options.unset !== 'empty') {
      if (this.options.unset === 'as-written') return this.asWritten(at.start);
      return unknown(word.sizeBytes + baseVariableBytes);
    }
    if (value !== undefined && !value.known && at.nullIsUnset) return unknown(word.sizeBytes + value.sizeBytes);
    const missing = value === undefined || (at.nullIsUnset && value.text === '' && value.known);
    if (at.modifier === '+') return missing ? literal('') : word;
    if (!missing) return value;
    if (at.modifier === '?') throw new ExpansionError(`${at.name} must be set`);
    return word;
  }

  /** `${A#pattern}` and `${A%pattern}`: at most as long as A. */
  private trimmed(name: string, start: number): Expansion {
    // An empty pattern crashes some BuildKit versions.
    if (this.chars[this.position] === '}') throw new ExpansionError('the pattern of a substitution is empty');
    this.until('}', true);
    const value = this.lookUp(name, this.asWritten(start).text);
    return this.options.unset === 'as-written' ? value : unknown(value.sizeBytes);
  }

  /** `${A/pattern/replacement}` and `${A//pattern/replacement}` */
  private replaced(name: string, start: number): Expansion {
    if (this.chars[this.position] === '/') this.position += 1;
    this.until('/', true);
    const replacement = this.until('}', true);
    const value = this.lookUp(name, this.asWritten(start).text);
    if (this.options.unset === 'as-written') return value;
    const sizeBytes = (value.sizeBytes + 1) * (replacement.sizeBytes + 1);
    if (sizeBytes > this.options.sizeBytesMax) throw new ExpansionError('the result is too large', true);
    return unknown(sizeBytes);
  }

  private asWritten(start: number): Expansion {
    return literal(`\${${this.chars.slice(start, this.position).join('')}`);
  }

  private lookUp(name: string, written: string): Expansion {
    const value = this.options.variables.get(name);
    if (value !== undefined) return value;
    if (this.options.unset === 'as-written') return literal(written);
    return this.options.unset === 'empty' ? literal('') : unknown(baseVariableBytes);
  }

  private name(): string {
    const first = this.chars[this.position];
    if (first === undefined) return '';
    if (/\p{Nd}/u.test(first)) return this.while(/\p{Nd}/u);
    if ('@*#?-$!'.includes(first)) {
      this.position += 1;
      return first;
    }
    return this.while(/[\p{L}\p{Nd}_]/u);
  }

  private while(pattern: RegExp): string {
    const start = this.position;
    while (pattern.test(this.chars[this.position] ?? '')) this.position += 1;
    return this.chars.slice(start, this.position).join('');
  }
}
