/** The search as the browser has it: pagefind's own file, fetched when the search is opened, and what it answers. */

import { onSite } from '../address.ts';

/** What a page says around the words that were looked for; `marked` where they stand. */
export interface ExcerptPart {
  text: string;
  marked: boolean;
}

export interface Found {
  href: string;
  title: string;
  /** `Lesson`, `Check`, …; empty when the page does not say. */
  kind: string;
  excerpt: ExcerptPart[];
  /** Sections of that page in which it stands as well. */
  sections: { href: string; title: string }[];
}

export interface SearchEngine {
  /** Undefined when a newer question was asked meanwhile. */
  search(words: string): Promise<{ found: Found[]; all: number } | undefined>;
}

interface PagefindData {
  url: string;
  excerpt: string;
  meta: { title?: string; kind?: string; sections?: string };
  sub_results: { title: string; url: string }[];
}

interface Pagefind {
  options(options: { excerptLength: number; ranking?: Record<string, number> }): Promise<void>;
  init(): Promise<void>;
  debouncedSearch(
    words: string,
    options: object,
    delayMs: number,
  ): Promise<{ results: { data(): Promise<PagefindData> }[] } | null>;
}

export const foundMax = 8;
const sectionsMax = 3;
/** Typing is faster than this; the answer is still there at once. */
const debounceMs = 80;

/** @throws whatever a failed import throws: the site was built without an index, or the server is gone */
export async function openSearchEngine(): Promise<SearchEngine> {
  // In a name, so that the bundler does not look for the file: it is written after the bundle.
  const address = onSite('/pagefind/pagefind.js');
  const pagefind: Pagefind = await import(/* @vite-ignore */ address);
  await pagefind.options({ excerptLength: 24 });
  await pagefind.init();
  return {
    async search(words) {
      const answer = await pagefind.debouncedSearch(words, {}, debounceMs);
      if (answer === null) return undefined;
      const data = await Promise.all(answer.results.slice(0, foundMax).map((result) => result.data()));
      return { found: data.map(asFound), all: answer.results.length };
    },
  };
}

function asFound({ url, excerpt, meta, sub_results }: PagefindData): Found {
  const title = meta.title ?? url;
  const named = meta.sections === 'no' ? [] : sub_results;
  const sections = named.filter((section) => section.url.includes('#') && section.title !== title);
  return {
    href: url,
    title,
    kind: meta.kind ?? '',
    excerpt: excerptParts(excerpt),
    sections: sections.slice(0, sectionsMax).map((section) => ({ href: section.url, title: section.title })),
  };
}

/** Pagefind answers with HTML in which only `<mark>` is a tag; it is taken apart, never put into the page as it is. */
export function excerptParts(html: string): ExcerptPart[] {
  return html
    .split(/<mark>(.*?)<\/mark>/)
    .map((part, index) => ({ text: plain(part), marked: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

const entities: Record<string, string> = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  '#x2F': '/',
  amp: '&',
};

const plain = (html: string) => html.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
