// index.js TEXTS OUT: for each word of three letters or more, the birds whose text has it.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const [, , folder, out] = process.argv;
const index = {};
for (const name of (await readdir(folder)).sort()) {
  const text = await readFile(`${folder}/${name}`, 'utf8');
  for (const word of new Set(text.toLowerCase().match(/[a-z]{3,}/g))) {
    index[word] = [...(index[word] ?? []), basename(name, '.txt')];
  }
}
await mkdir(dirname(out), { recursive: true });
await writeFile(out, JSON.stringify(index));
console.log(`${Object.keys(index).length} words`);
