// node build.js <folder> <edition>: writes the programme of one edition as pages.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [folder = '', edition = ''] = process.argv.slice(2);
const target = join(__dirname, folder || 'public');
const events = JSON.parse(readFileSync(join(__dirname, 'programme', `${edition || 'none'}.json`), 'utf8'));
const title = edition ? `${edition[0].toUpperCase()}${edition.slice(1)} programme` : 'No programme yet';

const rows = events.map(({ day, what }) => `    <li><b>${day}</b> ${what}</li>`).join('\n');
mkdirSync(target, { recursive: true });
writeFileSync(
  join(target, 'index.html'),
  `<!doctype html>\n<title>${title}</title>\n<h1>${title}</h1>\n<ul>\n${rows}\n</ul>\n`,
);
writeFileSync(join(target, `edition-${edition}.txt`), `${events.length} events\n`);
console.log(`edition "${edition}": ${events.length} events written to "${folder}"`);
