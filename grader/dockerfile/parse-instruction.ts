import type { LogicalLine, SyntaxProblem } from './dockerfile-lines.ts';
import { parseFlag, parseJsonForm, parseMount, splitAtSpace, splitCommand, splitQuoted } from './dockerfile-words.ts';
import type { InstructionModel } from './model.ts';
import { trimSpace } from './spaces.ts';

const execFormKeywords = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'SHELL']);
const listKeywords = new Set(['COPY', 'ADD', 'VOLUME', ...execFormKeywords]);
const pairKeywords = new Set(['ENV', 'ARG', 'LABEL']);
const heredocWord = /^\d*<<-?[^<]+$/;

/** Makes an instruction of a joined line; what BuildKit refuses about its form goes to `problems`. */
export function parseInstruction(
  line: LogicalLine,
  options: { escapeToken: string; problems: SyntaxProblem[]; isHeldBack?: boolean },
): InstructionModel {
  const command = splitCommand(line.text, options.escapeToken);
  const keyword = command.keyword.toUpperCase();
  const report = (rule: string, message: string): void => {
    options.problems.push({ rule, message, ...positionOf(line) });
  };
  if (flagsDependOnVersion(line.text, options.escapeToken)) {
    report('syntax', 'A flag with a backslash or a backtick is read differently under # escape=`: write it plainly.');
  }
  const form = listKeywords.has(keyword) ? parseJsonForm(command.rest) : ({ kind: 'none' } as const);
  if (form.kind === 'unclear') report('syntax', 'Nothing may follow the closing ] of a JSON array.');
  if (form.kind === 'not_strings') report('syntax', 'A JSON array of an instruction may hold strings only.');
  const argv = form.kind === 'array' ? form.argv : undefined;
  const words = argv ?? wordsOf(keyword, command.rest, options.escapeToken);
  const flags = command.flags.map(parseFlag);
  const instruction: InstructionModel = {
    keyword,
    ...positionOf(line),
    text: textOf(line),
    flags,
    form: execFormKeywords.has(keyword) ? (argv === undefined ? 'shell' : 'exec') : undefined,
    argv: execFormKeywords.has(keyword) ? argv : undefined,
    copy: keyword === 'COPY' || keyword === 'ADD' ? copyOf(words, flags, argv !== undefined) : undefined,
    mounts: keyword === 'RUN' ? mountsOf(flags, report) : [],
    words,
    heredocs: line.heredocs.map((heredoc) => heredoc.text),
    stage: undefined,
    vertexNumber: undefined,
    ...(line.comments.length > 0 && { comments: line.comments }),
  };
  // BuildKit refuses an ONBUILD of an ONBUILD; a line of thousands would take all stack.
  if (keyword === 'ONBUILD' && command.rest !== '' && !options.isHeldBack) {
    const held = { ...line, text: command.rest, comments: [] };
    instruction.onbuild = parseInstruction(held, { ...options, isHeldBack: true });
  }
  return instruction;
}

function positionOf(line: LogicalLine): Pick<LogicalLine, 'line' | 'endLine' | 'column' | 'endColumn'> {
  return { line: line.line, endLine: line.endLine, column: line.column, endColumn: line.endColumn };
}

function textOf(line: LogicalLine): string {
  const args = trimSpace(trimSpace(line.text).replace(/^[^\t\v\f\r ]+/, ''));
  return [args, ...line.heredocs.map((heredoc) => `${heredoc.text}${heredoc.name}`)].join('\n');
}

function wordsOf(keyword: string, rest: string, escapeToken: string): string[] {
  if (pairKeywords.has(keyword)) return splitQuoted(rest, escapeToken);
  return splitAtSpace(rest);
}

function flagsDependOnVersion(text: string, escapeToken: string): boolean {
  if (escapeToken === '\\') return false;
  return splitCommand(text, '\\').flags.join('\n') !== splitCommand(text, '`').flags.join('\n');
}

function copyOf(
  words: string[],
  flags: InstructionModel['flags'],
  json: boolean,
): NonNullable<InstructionModel['copy']> {
  const sources = words.slice(0, -1);
  const isHeredoc = (word: string): boolean => !json && heredocWord.test(word);
  return {
    from: flags.find((flag) => flag.name === 'from')?.value || undefined,
    fromStage: undefined,
    sources: sources.filter((word) => !isHeredoc(word)),
    destination: words.at(-1) ?? '',
    heredoc: sources.some(isHeredoc),
  };
}

function mountsOf(
  flags: InstructionModel['flags'],
  report: (rule: string, message: string) => void,
): Record<string, string>[] {
  const mounts: Record<string, string>[] = [];
  for (const flag of flags) {
    if (flag.name !== 'mount' || flag.value === undefined) continue;
    const mount = parseMount(flag.value);
    if (mount === undefined) report('syntax', `The quotes of --mount=${flag.value} don't match.`);
    else mounts.push(mount);
  }
  return mounts;
}
