/** What is checked before the text is read as a Dockerfile: size, encoding, and who would read it. */
import { limits } from '../limits.ts';
import { byteLength } from './bytes.ts';
import { Findings, quoted } from './findings.ts';
import { trimNewline, trimSpace } from './spaces.ts';

/** The whole text, or undefined with findings when it is too large or not text. */
export function admitText(
  file: 'Dockerfile' | '.dockerignore',
  content: string | Uint8Array,
): { text: string | undefined; findings: Findings } {
  const sizeBytes = typeof content === 'string' ? byteLength(content) : content.byteLength;
  const maxBytes = file === 'Dockerfile' ? limits.admit.dockerfileBytes : limits.admit.dockerignoreBytes;
  const start = { line: 1, endLine: 1, column: 1, endColumn: 1 };
  if (sizeBytes > maxBytes) {
    const findings = new Findings(file, '');
    const found = `${file} is ${kilobytes(sizeBytes)}`;
    findings.error('file-size', start, `${found}; at most ${kilobytes(maxBytes)} are accepted. Shorten it.`);
    return { text: undefined, findings };
  }
  const text = decode(content);
  const findings = new Findings(file, text ?? '');
  if (text === undefined) {
    findings.error('not-text', start, `${file} is not UTF-8 text. Save it as UTF-8 and send it again.`);
    return { text, findings };
  }
  const control = /[^\P{Cc}\t\n\v\f\r]/u.exec(text);
  if (control !== null) {
    const before = text.slice(0, control.index);
    const line = before.split('\n').length;
    const column = control.index - before.lastIndexOf('\n');
    const code = control[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const message = `${file} holds the control character U+${code} on line ${line}. It must be plain text; remove it.`;
    findings.error('not-text', { line, endLine: line, column, endColumn: column + 1 }, message);
    return { text: undefined, findings };
  }
  return { text, findings };
}

/**
 * Keeps BuildKit's built-in reader: `# syntax=docker/dockerfile…` would be pulled from a registry, so the line becomes
 * an empty comment; any other reader is a program of its own and refused. `# escape=` moves before other directives,
 * because BuildKit's versions disagree on which of those end the directives. The number of lines stays.
 */
export function admitSyntax(text: string, findings: Findings): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const lines = text.slice(mark.length).split('\n');
  const start = lines[0]?.startsWith('#!') === true ? 1 : 0;
  const escapes: string[] = [];
  const others: string[] = [];
  for (const line of lines.slice(start)) {
    const match = /^\s*(?:#|\/\/)\s*([a-zA-Z][a-zA-Z0-9]*)\s*=(.*)$/.exec(trimNewline(line));
    const value = trimSpace(match?.[2] ?? '');
    const name = match?.[1]?.toLowerCase();
    if (match === null || !['syntax', 'escape', 'check'].includes(name ?? '')) break;
    if (name === 'escape') escapes.push(line);
    else others.push(name === 'syntax' ? '#' : line);
    if (name !== 'syntax' || isBuiltIn(value)) continue;
    findings.error(
      'syntax-directive',
      findings.wholeLine(start + escapes.length + others.length),
      `# syntax=${quoted(value)} names a program that would read this file. Only docker/dockerfile can be used here: remove the line.`,
    );
  }
  lines.splice(start, escapes.length + others.length, ...escapes, ...others);
  return mark + lines.join('\n');
}

function isBuiltIn(reader: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(reader);
}

function decode(content: string | Uint8Array): string | undefined {
  if (typeof content === 'string') return content.isWellFormed() ? content : undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1).replace(/\.0$/, '')} KiB`;
}
