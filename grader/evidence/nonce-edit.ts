/**
 * Changes a file so that its bytes differ from every earlier build and its meaning stays the same: the edited app must
 * still compile.
 */
import { basename, extname } from 'node:path';

const LINE_COMMENTS: Record<string, string[]> = {
  '//': [
    ...['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.go', '.mod', '.java', '.kt', '.kts', '.groovy'],
    ...['.gradle', '.scala', '.rs', '.c', '.h', '.cc', '.cpp', '.hpp', '.cs', '.swift', '.dart', '.zig', '.proto'],
    ...['.scss', '.less'],
  ],
  '#': [
    '.py',
    '.rb',
    '.sh',
    '.bash',
    '.yml',
    '.yaml',
    '.toml',
    '.pl',
    '.r',
    '.ex',
    '.exs',
    '.properties',
    '.tf',
    '.nix',
  ],
  '--': ['.sql', '.lua', '.hs', '.elm'],
};

const NAMES_WITH_HASH = new Set([
  'Makefile',
  'Gemfile',
  'Rakefile',
  'Dockerfile',
  '.dockerignore',
  '.gitignore',
  'requirements.txt',
]);

const BLOCK_COMMENTS: Record<string, [string, string]> = {
  '.css': ['/*', '*/'],
  '.html': ['<!--', '-->'],
  '.htm': ['<!--', '-->'],
  '.xml': ['<!--', '-->'],
  '.svg': ['<!--', '-->'],
  '.vue': ['<!--', '-->'],
  '.svelte': ['<!--', '-->'],
  '.astro': ['<!--', '-->'],
  '.md': ['<!--', '-->'],
};

/**
 * @param path of the file, for its kind
 * @param nonce hexadecimal
 */
export function editWithNonce(path: string, content: Buffer, nonce: string): Buffer {
  const newline = content.length === 0 || content.at(-1) === 0x0a ? '' : '\n';
  return Buffer.concat([content, Buffer.from(newline + appendix(path, nonce))]);
}

function appendix(path: string, nonce: string): string {
  const extension = extname(path).toLowerCase();
  const block = BLOCK_COMMENTS[extension];
  if (block !== undefined) return `${block[0]} ${nonce} ${block[1]}\n`;
  const line = NAMES_WITH_HASH.has(basename(path))
    ? '#'
    : Object.keys(LINE_COMMENTS).find((comment) => LINE_COMMENTS[comment]?.includes(extension));
  return line === undefined ? `${asWhitespace(nonce)}\n` : `${line} ${nonce}\n`;
}

/** For JSON and everything without comments: each bit a space or a tab. */
function asWhitespace(nonce: string): string {
  const bits = [...nonce].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  return bits.replaceAll('0', ' ').replaceAll('1', '\t');
}
