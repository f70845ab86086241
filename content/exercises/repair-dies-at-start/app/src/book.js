import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A guest book is a file with one entry per line. Opening it makes its folder. */
export function openBook(folder) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'book.jsonl');
  if (!existsSync(file)) appendFileSync(file, '');
  return {
    add: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`),
    all: () => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)),
  };
}
