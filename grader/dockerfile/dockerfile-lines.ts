/**
 * Cuts a Dockerfile into instructions exactly where BuildKit does.
 *
 * This is not left to dockerfile-ast: it disagrees with BuildKit on here-documents (`3<<EOF`, `<<"E"OF`, CRLF line
 * ends, quotes that don't close), carriage returns and directives, and a learner could hide an instruction from the
 * policy in such a gap. Where BuildKit's own versions disagree, the text is refused with a problem.
 *
 * Absent on purpose: nothing here knows what an instruction means.
 */
import { parseJsonForm, splitCommand } from './dockerfile-words.ts';
import { expand } from './shell-words.ts';
import { trimLeft, trimNewline, trimSpace } from './spaces.ts';

/** Something BuildKit refuses, or reads in more than one way. Positions are 1-based, `endColumn` is exclusive. */
export interface SyntaxProblem {
  rule: string;
  message: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

export interface HeredocText {
  name: string;
  /** Without the terminating line. */
  text: string;
}

/** A line that is a comment, without its `#`. */
export interface CommentLine {
  text: string;
  line: number;
}

export interface LogicalLine {
  /** Continuation lines joined, comments between them removed, not trimmed. */
  text: string;
  heredocs: HeredocText[];
  line: number;
  endLine: number;
  column: number;
  endColumn: number;
  /** Comments on the lines directly above, with no empty line between. */
  comments: CommentLine[];
}

export interface Directive {
  name: string;
  value: string;
  line: number;
}

export interface DockerfileLines {
  lines: LogicalLine[];
  directives: Directive[];
  /** `\` or a backtick. */
  escapeToken: string;
  problems: SyntaxProblem[];
}

const directivePattern = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=(.*)$/;
const directiveNames = new Set(['syntax', 'escape', 'check']);
const heredocKeyword = /^(?:onbuild[\t\v\f\r ]+)?(?:run|copy|add)(?=[\t\v\f\r ]|$)/i;

/** Splits any text; what is wrong with it is in `problems`. */
export function splitInstructions(text: string): DockerfileLines {
  return new Splitter(text.startsWith('\ufeff') ? text.slice(1) : text).split();
}

class Splitter {
  private readonly source: string[];
  private readonly lines: LogicalLine[] = [];
  private readonly directives: Directive[] = [];
  private readonly problems: SyntaxProblem[] = [];
  private escapeToken = '\\';
  private comments: CommentLine[] = [];
  private next = 0;

  constructor(text: string) {
    this.source = text.split('\n');
    if (this.source.at(-1) === '') this.source.pop();
  }

  split(): DockerfileLines {
    this.readDirectives();
    while (this.next < this.source.length) this.readInstruction();
    return { lines: this.lines, directives: this.directives, escapeToken: this.escapeToken, problems: this.problems };
  }

  private readDirectives(): void {
    for (; this.next < this.source.length; this.next += 1) {
      const line = trimLeft(trimNewline(this.source[this.next] ?? ''));
      const match = directivePattern.exec(line);
      const name = match?.[1]?.toLowerCase() ?? '';
      const value = trimSpace(match?.[2] ?? '');
      if (!directiveNames.has(name) || value === '') return;
      const at = { line: this.next + 1, endLine: this.next + 1, column: 1, endColumn: line.length + 1 };
      if (!/^[\t -~]*$/.test(line)) {
        const message = `The directive # ${name}= may hold plain ASCII characters only.`;
        this.problems.push({ ...at, rule: 'directive', message });
      }
      if (this.directives.some((directive) => directive.name === name)) {
        this.problems.push({ ...at, rule: 'directive', message: `The directive # ${name}= may stand only once.` });
      }
      this.directives.push({ name, value, line: this.next + 1 });
      if (name !== 'escape') continue;
      if (value === '\\' || value === '`') this.escapeToken = value;
      else {
        const message = `# escape= must be \\ or \`, but is ${JSON.stringify(value)}.`;
        this.problems.push({ ...at, rule: 'directive', message });
      }
    }
  }

  private readInstruction(): void {
    const first = this.next;
    const raw = trimNewline(this.source[first] ?? '');
    let piece = trimLeft(raw);
    const column = raw.length - piece.length + 1;
    this.next += 1;
    if (isComment(piece)) {
      this.comments.push({ text: trimSpace(piece.slice(1)), line: this.next });
      return;
    }
    const { comments } = this;
    this.comments = [];
    let cut = this.withoutContinuation(piece);
    if (cut === undefined && piece === '') return;
    let text = cut ?? piece;
    while (cut !== undefined && this.next < this.source.length) {
      piece = trimNewline(this.source[this.next] ?? '');
      this.next += 1;
      if (isComment(piece) || trimLeft(piece) === '') continue;
      cut = this.withoutContinuation(piece);
      text += cut ?? piece;
    }
    const place = { line: first + 1, endLine: this.next, column, endColumn: 0 };
    const line = { text, heredocs: [] as HeredocText[], ...place, comments };
    if (text.includes('<<') && heredocKeyword.test(trimSpace(text))) this.readHeredocs(line);
    line.endLine = this.next;
    line.endColumn = trimNewline(this.source[this.next - 1] ?? '').length + 1;
    if (trimSpace(text) !== '') this.lines.push(line);
    else
      this.problem(line, 'syntax', 'A line that is only a continuation character has nothing to continue: remove it.');
  }

  /** The line without its continuation character, or undefined when it ends the instruction. */
  private withoutContinuation(line: string): string | undefined {
    let end = line.length;
    while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
    if (end === 0 || line[end - 1] !== this.escapeToken) return undefined;
    if (end > 1 && line[end - 2] === this.escapeToken) return undefined;
    return line.slice(0, end - 1);
  }

  private readHeredocs(line: LogicalLine): void {
    const found = heredocsOf(line.text, this.escapeToken);
    if (typeof found === 'string') {
      this.problem(line, 'heredoc', found);
      return;
    }
    for (const heredoc of found) {
      const body: string[] = [];
      for (;;) {
        if (this.next >= this.source.length) {
          this.problem(
            line,
            'heredoc',
            `The here-document <<${heredoc.name} never ends: a line that is just ${heredoc.name} is missing.`,
          );
          return;
        }
        const candidate = trimNewline(this.source[this.next] ?? '');
        this.next += 1;
        if ((heredoc.chomp ? candidate.replace(/^\t+/, '') : candidate) === heredoc.name) break;
        body.push(this.source[this.next - 1] ?? '');
      }
      line.heredocs.push({ name: heredoc.name, text: body.map((each) => `${each}\n`).join('') });
    }
  }

  private problem(line: LogicalLine, rule: string, message: string): void {
    const endColumn = trimNewline(this.source[line.line - 1] ?? '').length + 1;
    this.problems.push({ rule, message, line: line.line, column: line.column, endLine: line.line, endColumn });
  }
}

interface HeredocStart {
  name: string;
  chomp: boolean;
}

/** The here-documents that a line opens, or a sentence when BuildKit's versions don't agree on them. */
function heredocsOf(text: string, escapeToken: string): HeredocStart[] | string {
  const options = { escapeToken: '\\', variables: new Map(), unset: 'as-written', sizeBytesMax: 1024 * 1024 } as const;
  let command = splitCommand(text, escapeToken);
  if (command.keyword.toLowerCase() === 'onbuild') command = splitCommand(command.rest, escapeToken);
  const form = parseJsonForm(command.rest).kind;
  if (form === 'unclear') return 'Nothing may follow the closing ] of a JSON array.';
  if (form !== 'none') return [];
  const line = expand(text, { ...options, raw: true });
  if (!line.ok) return `This line opens a here-document (<<), but ${line.error}: close it on the same line.`;
  if (/<<-?\s+['"]?[A-Za-z_]/.test(text) && line.words.some((word) => /^\d*<<-?$/.test(word))) {
    return 'Write the name of a here-document directly after <<, as in <<EOF.';
  }
  const starts: HeredocStart[] = [];
  for (const word of line.words) {
    const match = /^\d*<<(-?)([^<]*)$/.exec(word);
    const rest = match?.[2] ?? '';
    if (rest === '') continue;
    const name = expand(rest, options);
    if (!name.ok) return `The name of the here-document ${word} can't be read: ${name.error}.`;
    if (name.words.length === 1) starts.push({ name: name.words[0] ?? '', chomp: match?.[1] === '-' });
  }
  return starts;
}

function isComment(line: string): boolean {
  return trimLeft(line).startsWith('#');
}
