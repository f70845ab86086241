// Makes one page per label, and a page that lists them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const { title, outDir } = JSON.parse(readFileSync('site.config.json', 'utf8'));
const page = (heading, body) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${heading}</title><h1>${heading}</h1>${body}</html>\n`;

mkdirSync(`${outDir}/labels`, { recursive: true });
const links = readdirSync('labels').map((file) => {
  const label = JSON.parse(readFileSync(`labels/${file}`, 'utf8'));
  const path = `labels/${file.replace('.json', '.html')}`;
  writeFileSync(`${outDir}/${path}`, page(label.name, `<p>${label.year}</p><p>${label.text}</p>`));
  return `<li><a href="${path}">${label.name}</a></li>`;
});
writeFileSync(`${outDir}/index.html`, page(title, `<ul>${links.join('')}</ul>`));
console.log(`${links.length} labels written to ${outDir}/`);
