// Leaves out what a browser doesn't need: comments, line ends and double spaces.
import { readFile, writeFile } from 'node:fs/promises';

const [, , from, to] = process.argv;
const css = await readFile(from, 'utf8');
await writeFile(to, css.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\s+/g, ' ').trim());
