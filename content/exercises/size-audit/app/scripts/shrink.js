// Keeps every third sample: enough for the loudspeaker of a telephone.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

mkdirSync('songs', { recursive: true });
for (const file of readdirSync('recordings')) {
  const sound = readFileSync(`recordings/${file}`);
  const small = Buffer.alloc(Math.floor(sound.length / 6) * 2);
  for (let at = 0; at + 1 < small.length; at += 2) small.writeInt16LE(sound.readInt16LE(at * 3), at);
  writeFileSync(`songs/${file}`, small);
}
console.log('songs shrunk');
