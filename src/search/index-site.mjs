/**
 * After the pages are written: what they say, as an index that the browser reads in pieces (pagefind). It reads the pages
 * that mark their text with `data-pagefind-body`. Where pagefind has no program for this machine, the site is built without
 * an index, and the search says so.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Pagefind also brings three interfaces of its own, which nothing here loads. */
const unused = /^pagefind-(?:ui|modular-ui|component-ui|highlight)\./;

/**
 * Pagefind gives its worker five seconds, and then does the work on the page itself, which our rules for scripts forbid: a
 * page may not compile WebAssembly, a worker may. So a slow phone has to wait instead.
 */
const patience = {
  file: 'pagefind.js',
  from: '"Worker initialization timeout")),5e3)',
  to: '"Worker initialization timeout")),6e4)',
};

/** @returns {import('astro').AstroIntegration} */
export function searchIndex() {
  return {
    name: 'stagecraft:search-index',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const pages = await writeIndex(fileURLToPath(dir)).catch((error) => {
          logger.warn(`The site has no search: ${error instanceof Error ? error.message : error}`);
        });
        if (pages !== undefined) logger.info(`${pages} pages can be searched`);
      },
    },
  };
}

/**
 * @param {string} siteDir
 * @returns {Promise<number>} how many pages were read
 */
async function writeIndex(siteDir) {
  const pagefind = await import('pagefind');
  try {
    // A dot or a dash inside a word is part of it: `.dockerignore`, `--from`.
    const { index, errors } = await pagefind.createIndex({ includeCharacters: '.-_/' });
    if (index === undefined) throw new Error(errors.join('; '));
    const read = await index.addDirectory({ path: siteDir });
    const { files, errors: failures } = await index.getFiles();
    const failed = [...read.errors, ...failures];
    if (failed.length > 0) throw new Error(failed.join('; '));
    for (const { path, content } of files) {
      if (unused.test(path)) continue;
      const file = join(siteDir, 'pagefind', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, path === patience.file ? patient(content) : content);
    }
    return read.page_count;
  } finally {
    await pagefind.close();
  }
}

/** @param {Uint8Array} content */
function patient(content) {
  const text = Buffer.from(content).toString('utf8');
  if (!text.includes(patience.from))
    throw new Error('pagefind.js is not as expected; look at src/search/index-site.mjs');
  return text.replace(patience.from, patience.to);
}
