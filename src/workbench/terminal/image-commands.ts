/**
 * What Stagecraft answers at its own prompt, from what was found out when the attempt was graded. Pure: text in, text
 * out, for a terminal of so many columns.
 */
import type { ImageReport } from '../../../grader/contract/report.ts';
import type { FileList } from '../../../grader/contract/terminal.ts';
import { formatBytes } from '../../format/bytes.ts';
import { words } from './strings.ts';

/** SGR sequences; the colours are the page's own, see `xterm-screen.ts`. */
export const dim = (text: string) => `\u001b[90m${text}\u001b[39m`;
export const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;

/** Thin spaces are drawn as wide as others here, and cut the column of numbers. */
const size = (bytes: number) => formatBytes(bytes).replace('\u202f', ' ');

/** A row that is longer than the terminal ends in dots: what is wrapped is hard to compare. */
const cut = (text: string, columns: number) =>
  text.length <= columns ? text : `${text.slice(0, Math.max(1, columns - 1))}…`;
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** As `docker history`: the newest first. */
export function historyLines({ history }: ImageReport, columns: number): string[] {
  if (history === undefined) return [words.oldReport];
  const rows = history.toReversed().map(({ createdBy, sizeBytes, line, fromBase }) => {
    const from = fromBase ? 'base' : line === undefined ? '' : `line ${line}`;
    const text = `${(sizeBytes === undefined ? '-' : size(sizeBytes)).padStart(8)}  ${from.padEnd(8)}  ${instruction(createdBy)}`;
    return fromBase ? dim(cut(text, columns)) : cut(text, columns);
  });
  return [bold(cut(`${'SIZE'.padStart(8)}  ${'FROM'.padEnd(8)}  CREATED BY`, columns)), ...rows];
}

/** Without what BuildKit wraps around it. */
const instruction = (createdBy: string) =>
  oneLine(createdBy)
    .replace(/^\/bin\/sh -c #\(nop\) +/, '')
    .replace(/^RUN \/bin\/sh -c /, 'RUN ')
    .replace(/^\/bin\/sh -c /, 'RUN ')
    .replace(/ # buildkit$/, '');

/** The parts of `docker image inspect` that a Dockerfile decides. */
export function inspectLines(image: ImageReport): string[] {
  const { config } = image;
  const command = (parts: readonly string[]) => (parts.length === 0 ? dim('none') : JSON.stringify(parts));
  const list = (title: string, rows: string[]) =>
    rows.length === 0
      ? [`${title.padEnd(12)} ${dim('none')}`]
      : rows.map((row, index) => `${(index === 0 ? title : '').padEnd(12)} ${row}`);
  const pairs = (record: Record<string, string>) =>
    Object.entries(record).map(([name, value]) => `${oneLine(name)}=${oneLine(value)}`);
  return [
    ...(config ? list('Id', [config.id]) : []),
    ...list('Size', [size(image.sizeBytes)]),
    ...(config ? list('Platform', [config.platform]) : []),
    ...list('Base', image.baseImage === undefined ? [] : [image.baseImage]),
    ...list('User', [image.user]),
    ...list('Workdir', [image.workingDir || '/']),
    ...list('Entrypoint', [command(image.entrypoint)]),
    ...list('Cmd', [command(image.cmd)]),
    ...list('Ports', image.exposedPorts),
    ...(config
      ? [
          ...list('Env', pairs(config.env)),
          ...list('Labels', pairs(config.labels)),
          ...list('Volumes', config.volumes),
          ...list('Stop signal', config.stopSignal === undefined ? [] : [config.stopSignal]),
          ...list('Health', config.healthcheck === undefined ? [] : [JSON.stringify(config.healthcheck)]),
        ]
      : [dim(words.oldReport)]),
    ...list('Layers', [String(image.layers.length)]),
  ];
}

export function fileLines({ path, entries, more }: FileList): string[] {
  const owners = entries.map(({ uid, gid }) => `${uid}:${gid}`);
  const width = Math.max(0, ...owners.map((owner) => owner.length));
  const rows = entries.map(({ name, type, mode, sizeBytes, linkTarget }, index) => {
    const bytes = type === 'symlink' ? '' : size(sizeBytes);
    const shown = oneLine(name) + (type === 'directory' ? '/' : '');
    const link = linkTarget === undefined ? '' : dim(` -> ${oneLine(linkTarget)}`);
    return `${modeText(type, mode)}  ${owners[index]?.padEnd(width)}  ${bytes.padStart(8)}  ${type === 'directory' ? bold(shown) : shown}${link}`;
  });
  return [dim(path), ...rows, ...(more > 0 ? [dim(words.more(more))] : [])];
}

const kinds: Record<FileList['entries'][number]['type'], string> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  other: '?',
};

/** `drwxr-xr-x`, also with the bits that make a program run as its owner. */
export function modeText(type: FileList['entries'][number]['type'], mode: number): string {
  const triple = (shift: number, special: boolean, mark: string) => {
    const bits = (mode >> shift) & 7;
    const last = special ? (bits & 1 ? mark : mark.toUpperCase()) : bits & 1 ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  const set = (bit: number) => (mode & bit) !== 0;
  return kinds[type] + triple(6, set(0o4000), 's') + triple(3, set(0o2000), 's') + triple(0, set(0o1000), 't');
}

export function helpLines(hasShell: boolean): string[] {
  return words.helpLines(hasShell).map(([name, text]) => `  ${bold(name.padEnd(10))} ${text}`);
}

export const commandNames = ['history', 'inspect', 'ls', 'shell', 'toolbox', 'clear', 'help'] as const;
