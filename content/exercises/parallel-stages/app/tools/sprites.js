// sprites.js ICONS OUT: one SVG with a <symbol> for each drawing.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const [, , folder, out] = process.argv;
const symbols = [];
for (const name of (await readdir(folder)).sort()) {
  const svg = await readFile(`${folder}/${name}`, 'utf8');
  const [, viewBox] = /viewBox="([^"]+)"/.exec(svg) ?? [];
  const [, drawing] = /<svg[^>]*>(.*)<\/svg>/s.exec(svg) ?? [];
  if (!viewBox || !drawing) throw new Error(`${name}: expected an <svg> with a viewBox`);
  symbols.push(`<symbol id="${basename(name, '.svg')}" viewBox="${viewBox}">${drawing.trim()}</symbol>`);
}
await mkdir(dirname(out), { recursive: true });
await writeFile(out, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`);
console.log(`${symbols.length} drawings`);
