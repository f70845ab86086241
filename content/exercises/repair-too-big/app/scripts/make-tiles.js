// Renders the map: first large sheets, then the tiles that are cut from them.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';

const sheetBytes = 6_000_000;
const tileBytes = 250_000;

/** Bytes that look like a picture: they can't be compressed. */
function paint(name, bytes) {
  const picture = Buffer.alloc(bytes);
  let ink = createHash('sha256').update(name).digest();
  for (let at = 0; at < bytes; at += ink.length) {
    ink.copy(picture, at);
    if (at % 4096 === 0) ink = createHash('sha256').update(ink).digest();
  }
  return picture;
}

mkdirSync('sheets', { recursive: true });
mkdirSync('tiles', { recursive: true });
for (let sheet = 0; sheet < 10; sheet += 1) {
  const picture = paint(`sheet ${sheet}`, sheetBytes);
  writeFileSync(`sheets/${sheet}.raw`, picture);
  for (let tile = 0; tile < 12; tile += 1) {
    writeFileSync(`tiles/${sheet}-${tile}.tile`, picture.subarray(tile * tileBytes, (tile + 1) * tileBytes));
  }
}
console.log('10 sheets painted, 120 tiles cut');
