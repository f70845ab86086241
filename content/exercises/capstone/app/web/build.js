// Makes the pages: the text of each is put into the layout.
const { mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const here = __dirname;
const layout = readFileSync(join(here, 'layout.html'), 'utf8');
mkdirSync(join(here, 'public'), { recursive: true });
for (const name of readdirSync(join(here, 'pages'))) {
  const text = readFileSync(join(here, 'pages', name), 'utf8');
  writeFileSync(join(here, 'public', name), layout.replace('{{text}}', text));
  console.log(`made ${name}`);
}
