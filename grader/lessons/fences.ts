/** Fenced code blocks of a lesson's text. Only text is looked at; components and prose are not understood. */

export interface Fence {
  /** First word after the backticks, in lower case. */
  language: string;
  /** The rest of that line. */
  meta: string;
  /** Without the indentation of the fence itself; ends with a line end. */
  text: string;
  /** 1-based, of the opening backticks. */
  line: number;
}

const opening = /^(\s*)(`{3,}|~{3,})\s*(\S*)[ \t]*(.*)$/;

/** A block that never ends reaches to the end of the text, as in Markdown. */
export function fencesIn(text: string): Fence[] {
  const fences: Fence[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const [, indentation = '', ticks, language = '', meta = ''] = opening.exec(lines[at] ?? '') ?? [];
    if (ticks === undefined) continue;
    const ends = (line: string) => line.trim().startsWith(ticks) && line.trim().replaceAll(ticks.charAt(0), '') === '';
    const body: string[] = [];
    const line = at + 1;
    for (at += 1; at < lines.length && !ends(lines[at] ?? ''); at++) body.push(outdent(lines[at] ?? '', indentation));
    fences.push({ language: language.toLowerCase(), meta: meta.trim(), text: `${body.join('\n')}\n`, line });
  }
  return fences;
}

function outdent(line: string, indentation: string): string {
  return line.startsWith(indentation) ? line.slice(indentation.length) : line.trimStart();
}
