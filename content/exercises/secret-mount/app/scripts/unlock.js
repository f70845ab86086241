// Unlocks the charts with the licence key, from LICENCE or from the file that LICENCE_FILE names.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const file = process.env.LICENCE_FILE ?? '/run/secrets/licence';
const key = process.env.LICENCE ?? (existsSync(file) ? readFileSync(file, 'utf8') : '');
if (key.trim() === '') {
  console.error(`no licence key: LICENCE is not set, and ${file} does not exist`);
  process.exit(1);
}

mkdirSync('charts', { recursive: true });
// The maker of the charts wants to see which key unlocked them, and asks for a checksum of it.
writeFileSync('charts/activation.txt', createHash('sha256').update(key).digest('hex'));
writeFileSync('charts/charts.json', JSON.stringify(JSON.parse(readFileSync('charts.locked.json', 'utf8')).charts));
console.log('charts unlocked');
