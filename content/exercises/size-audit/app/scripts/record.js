// Makes the long recordings: each is a tone with some noise.
import { mkdirSync, writeFileSync } from 'node:fs';

const birds = { blackbird: 2100, wren: 4800, robin: 3600, nightingale: 2700 };
const samples = 4_000_000;

mkdirSync('recordings', { recursive: true });
for (const [bird, hertz] of Object.entries(birds)) {
  const sound = Buffer.alloc(samples * 2);
  let noise = hertz;
  for (let at = 0; at < samples; at += 1) {
    noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
    const tone = Math.sin((2 * Math.PI * hertz * at) / 44_100) * 20_000;
    sound.writeInt16LE(Math.trunc(tone + (noise >>> 20) - 2048), at * 2);
  }
  writeFileSync(`recordings/${bird}.pcm`, sound);
}
console.log(`${Object.keys(birds).length} birds recorded`);
