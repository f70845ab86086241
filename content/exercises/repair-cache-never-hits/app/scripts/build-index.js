// Works out for each star and latitude whether it ever rises. In the real project this takes twenty minutes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const [, ...lines] = readFileSync('catalogue/bright.csv', 'utf8').trim().split('\n');
const stars = lines.map((line) => {
  const [name, hours, degrees, magnitude] = line.split(',');
  const visible = [];
  for (let latitude = -90; latitude <= 90; latitude += 1) {
    if (90 - Math.abs(latitude - Number(degrees)) > 0) visible.push(latitude);
  }
  return { name, hours: Number(hours), magnitude: Number(magnitude), visible };
});
mkdirSync('index', { recursive: true });
writeFileSync('index/stars.json', JSON.stringify(stars));
console.log(`${stars.length} stars indexed`);
