/**
 * Shows text that learners control (paths, commands, logs) inside our sentences: cut short, one line, nothing that a
 * terminal or a right-to-left mark could turn into something else.
 */
const QUOTED_MAX = 160;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** `` `RUN npm ci` ``: in backticks, with control characters spelled out, at most `max` characters. */
export function quote(text: string, max = QUOTED_MAX): string {
  return `\`${plain(text, max).replaceAll('`', "'")}\``;
}

/** The same without backticks. */
export function plain(text: string, max = QUOTED_MAX): string {
  // Cut first: escaping a megabyte to show a line of it is work that a hostile text would cause.
  const cut = cutShort(text, max);
  return cut.replace(UNSAFE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** `a, b, c and 12 more`. */
export function list(items: readonly string[], max = 3): string {
  const shown = items.slice(0, max);
  const left = items.length - shown.length;
  if (left > 0) return `${shown.join(', ')} and ${left} more`;
  const last = shown.at(-1) ?? '';
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${last}` : last;
}

/** `1 stage`, `3 stages`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** ` on line 4`, or nothing where no line is known. */
export function onLine(line: number | undefined): string {
  return line === undefined ? '' : ` on line ${line}`;
}

/** `sentence` with a capital letter and a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

function cutShort(text: string, max: number): string {
  if (text.length <= max) return text;
  // Not between the halves of a surrogate pair.
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 2)) ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}

/** `80 ms`, `1.5 s`. */
export function duration(durationMs: number): string {
  return durationMs < 1_000 ? `${durationMs} ms` : `${Number((durationMs / 1000).toFixed(1))} s`;
}
