/** One line that is being typed at Stagecraft's own prompt, with the keys that shells have taught us. Pure. */
export interface PromptLine {
  text: string;
  /** Where the next character goes. */
  cursor: number;
  /** Lines that were run, the oldest first. */
  past: readonly string[];
  /** Which of them is shown; `past.length`: none, the line being typed. */
  at: number;
}

export type PromptAction =
  | { kind: 'run'; line: string }
  | { kind: 'cancel' }
  | { kind: 'clear' }
  | { kind: 'complete' };

export interface Typed {
  line: PromptLine;
  /** In the order of the keys. */
  actions: PromptAction[];
}

export const emptyLine: PromptLine = { text: '', cursor: 0, past: [], at: 0 };
const lengthMax = 1_000;
const pastMax = 100;

/** What comes from a key or a paste: sequences of terminals for keys, else text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are told by control characters.
const parts = /\u001b\[[0-?]*[ -/]*[@-~]|\u001bO.|\u001b[^[O]?|[\u0000-\u001f\u007f]|[^\u0000-\u001f\u007f]+/g;

export function typeInto(line: PromptLine, data: string): Typed {
  const actions: PromptAction[] = [];
  let now = line;
  for (const [part] of data.matchAll(parts)) {
    const typed = press(now, part);
    now = typed.line;
    if (typed.action) actions.push(typed.action);
  }
  return { line: now, actions };
}

const moves: Record<string, (line: PromptLine) => PromptLine> = {
  '\u001b[D': (line) => moveTo(line, line.cursor - 1),
  '\u001b[C': (line) => moveTo(line, line.cursor + 1),
  '\u001b[H': (line) => moveTo(line, 0),
  '\u0001': (line) => moveTo(line, 0),
  '\u001b[F': (line) => moveTo(line, line.text.length),
  '\u0005': (line) => moveTo(line, line.text.length),
  '\u001b[A': (line) => recall(line, line.at - 1),
  '\u001b[B': (line) => recall(line, line.at + 1),
  '\u007f': (line) => cut(line, line.cursor - 1, line.cursor),
  '\b': (line) => cut(line, line.cursor - 1, line.cursor),
  '\u001b[3~': (line) => cut(line, line.cursor, line.cursor + 1),
  '\u0015': (line) => cut(line, 0, line.cursor),
  '\u000b': (line) => cut(line, line.cursor, line.text.length),
  '\u0017': (line) => cut(line, line.text.slice(0, line.cursor).search(/\S+\s*$/), line.cursor),
};

function press(line: PromptLine, part: string): { line: PromptLine; action?: PromptAction } {
  const move = moves[part];
  if (move) return { line: move(line) };
  if (part === '\r' || part === '\n') return run(line);
  if (part === '\u0003')
    return { line: { ...line, text: '', cursor: 0, at: line.past.length }, action: { kind: 'cancel' } };
  if (part === '\f') return { line, action: { kind: 'clear' } };
  if (part === '\t') return { line, action: { kind: 'complete' } };
  return part < ' ' ? { line } : { line: insert(line, part) };
}

function run(line: PromptLine): { line: PromptLine; action: PromptAction } {
  const text = line.text.trim();
  const past = text === '' || text === line.past.at(-1) ? line.past : [...line.past, text].slice(-pastMax);
  return { line: { text: '', cursor: 0, past, at: past.length }, action: { kind: 'run', line: text } };
}

export function insert(line: PromptLine, text: string): PromptLine {
  const fits = text.slice(0, Math.max(0, lengthMax - line.text.length));
  return {
    ...line,
    text: line.text.slice(0, line.cursor) + fits + line.text.slice(line.cursor),
    cursor: line.cursor + fits.length,
  };
}

const moveTo = (line: PromptLine, cursor: number): PromptLine => ({
  ...line,
  cursor: Math.min(line.text.length, Math.max(0, cursor)),
});

function cut(line: PromptLine, from: number, to: number): PromptLine {
  if (from < 0) return line;
  return { ...line, text: line.text.slice(0, from) + line.text.slice(to), cursor: from };
}

function recall(line: PromptLine, at: number): PromptLine {
  if (at < 0 || at > line.past.length) return line;
  const text = line.past[at] ?? '';
  return { ...line, text, cursor: text.length, at };
}

/** The part of the line that fits a row, and how far into it the cursor stands. */
export function shownPart({ text, cursor }: PromptLine, columns: number): { text: string; cursor: number } {
  const room = Math.max(8, columns);
  const start = Math.max(0, cursor - room + 1);
  return { text: text.slice(start, start + room - 1), cursor: cursor - start };
}
