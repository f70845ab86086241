import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { satteri } from '@astrojs/markdown-satteri';
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { defineConfig } from 'astro/config';
import { parse } from 'yaml';
import { linkTerms } from './src/course/link-terms.ts';
import { placeLinks } from './src/course/place-links.ts';
import { searchIndex } from './src/search/index-site.mjs';
import { stageLines } from './src/stages/shiki-stage-lines.ts';

/**
 * Astro 7.3.5 deletes the style sheets of lazily imported client chunks (Monaco would come out unstyled): its search for
 * orphans reads `importedAssets` but not `importedCss`. So tell it that they are assets too.
 */
const keepLazyStyles = {
  name: 'stagecraft:keep-lazy-styles',
  applyToEnvironment: (environment) => environment.name === 'client',
  generateBundle: {
    order: 'pre',
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !chunk.viteMetadata) continue;
        for (const style of chunk.viteMetadata.importedCss) chunk.viteMetadata.importedAssets.add(style);
      }
    },
  },
};

/** The one inline script: it sets theme and room widths before the first paint, so it can't wait for a file. */
const pageBoot = readFileSync(new URL('./src/layouts/page-boot.js', import.meta.url), 'utf8');
const pageBootHash = `sha256-${createHash('sha256').update(pageBoot).digest('base64')}`;

/** `--base /courses/stagecraft`; what is written as `/glossary/` in a text stands below it. Known before any text is read. */
let base = '';
const knowBase = {
  name: 'stagecraft:know-base',
  hooks: {
    'astro:config:done': ({ config }) => {
      base = config.base.replace(/\/$/, '');
    },
  },
};
const onSite = (path) => `${base}${path}`;

const terms = parse(readFileSync(new URL('./content/glossary.yaml', import.meta.url), 'utf8'));

export default defineConfig({
  output: 'static',
  integrations: [knowBase, mdx(), preact(), searchIndex()],
  markdown: {
    processor: satteri({ mdastPlugins: [placeLinks(onSite), linkTerms(terms, onSite)] }),
    shikiConfig: { theme: 'css-variables', transformers: [stageLines()] },
  },
  security: {
    csp: {
      directives: [
        "default-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
      ],
      scriptDirective: { hashes: [pageBootHash] },
      // Monaco writes <style> elements as it runs, which no hash can foresee. Scripts stay strict.
      styleDirective: { resources: ["'self'", "'unsafe-inline'"] },
    },
  },
  devToolbar: { enabled: false },
  vite: {
    plugins: [keepLazyStyles],
    build: { chunkSizeWarningLimit: 4000 },
    worker: { format: 'es' },
    // CommonJS that only a worker imports: the dev server would find it late and hand it over as it is.
    optimizeDeps: {
      include: [
        'dockerfile-ast',
        'dockerfile-utils',
        'dockerfile-language-service/lib/dockerAssist.js',
        'dockerfile-language-service/lib/dockerHover.js',
        'dockerfile-language-service/lib/dockerMarkdown.js',
        'dockerfile-language-service/lib/dockerPlainText.js',
        'dockerfile-language-service/lib/dockerRename.js',
        'dockerfile-language-service/lib/dockerSignatures.js',
        'fastest-levenshtein',
        'vscode-languageserver-textdocument',
        'vscode-languageserver-types',
      ],
    },
  },
});
