// Puts the table of tides into the server, so that it starts without reading a file.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const tides = readFileSync('tides.csv', 'utf8').trim().split('\n').map((line) => {
  const [harbour, minutes] = line.split(',');
  return [harbour, Number(minutes)];
});
mkdirSync('dist', { recursive: true });
writeFileSync('dist/tides.js', `export const tides = new Map(${JSON.stringify(tides)});\n`);
writeFileSync('dist/server.js', readFileSync('src/server.js'));
console.log(`${tides.length} harbours built into dist/`);
