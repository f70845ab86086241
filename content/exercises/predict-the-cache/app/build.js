// Writes out/pages/NAME.html for each recipe and out/count.json, which the front page of another site reads.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { page } from './page.js';

const recipes = (await readdir('recipes')).filter((name) => name.endsWith('.md')).sort();
await mkdir('out/pages', { recursive: true });
for (const name of recipes) {
  const html = page(await readFile(`recipes/${name}`, 'utf8'));
  await writeFile(`out/pages/${name.replace(/\.md$/, '.html')}`, html);
}
await writeFile('out/count.json', JSON.stringify({ recipes: recipes.length }));
console.log(`${recipes.length} recipes`);
