/** The terms of `content/glossary.yaml`, their texts rendered. The anchor of a term comes from its name. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Loader } from 'astro/loaders';
import { parse } from 'yaml';
import { termAnchor } from './term-anchor.ts';

const path = './content/glossary.yaml';

export function glossaryLoader(): Loader {
  return {
    name: 'stagecraft-glossary',
    async load({ store, parseData, renderMarkdown, config, watcher, generateDigest }) {
      const file = fileURLToPath(new URL(path, config.root));
      const read = async () => {
        store.clear();
        for (const raw of parse(await readFile(file, 'utf8')) as { term: string; text: string }[]) {
          const id = termAnchor(raw.term);
          if (store.has(id)) throw new Error(`${path}: expected each term once, found "${raw.term}" twice.`);
          const data = await parseData({ id, data: raw, filePath: file });
          store.set({ id, data, rendered: await renderMarkdown(raw.text), digest: generateDigest(raw) });
        }
      };
      watcher?.add(file);
      watcher?.on('change', (changed) => void (changed === file && read()));
      await read();
    },
  };
}
