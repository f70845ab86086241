/**
 * The first use of each glossary term in a lesson's running text leads to its entry. Headings, code, links and
 * components (and so every question) stay as they are, and no word of the text changes.
 */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';
import { termAnchor } from './term-anchor.ts';

export interface Term {
  term: string;
  also?: string[];
  /** Markdown. */
  text: string;
  /** Lessons in which the word means something else. */
  notIn?: string[];
}

type Plugin = NonNullable<SatteriProcessorOptions['mdastPlugins']>[number];

/** A stretch of text, and the term that it is the first use of. */
export interface Part {
  text: string;
  term?: Term | undefined;
}

/** What has its own meaning or its own link. */
const leftAlone = /^(?:heading|link|linkReference|definition|mdxJsx\w*|footnote\w*)$/;

/** @param hrefOf of a path on this site, like `/glossary/#stage` */
export function linkTerms(terms: readonly Term[], hrefOf: (path: string) => string): Plugin {
  // Called for each document: what was linked in one lesson is new in the next.
  return ({ fileURL }) => {
    const lesson = /\/content\/lessons\/([^/]+)\.mdx$/.exec(fileURL?.pathname ?? '')?.[1];
    if (lesson === undefined) return undefined;
    const split = termSplitter(terms.filter(({ notIn = [] }) => !notIn.includes(lesson)));
    return {
      name: 'stagecraft:link-terms',
      text(node, context) {
        let above: ReturnType<typeof context.parent> = context.parent(node);
        while (above !== undefined) {
          if (leftAlone.test(above.type)) return;
          above = context.parent(above);
        }
        const parts = split(node.value);
        if (parts.every(({ term }) => term === undefined)) return;
        context.replaceNode(
          node,
          parts.map(({ text, term }) => {
            const plain = { type: 'text' as const, value: text };
            if (term === undefined) return plain;
            const hProperties = { className: ['term'], 'aria-description': firstSentence(term.text) };
            const url = hrefOf(`/glossary/#${termAnchor(term.term)}`);
            return { type: 'link' as const, url, data: { hProperties }, children: [plain] };
          }),
        );
      },
    };
  };
}

/** Takes a lesson's text piece by piece, in order, and finds each term once. Exported for its test. */
export function termSplitter(terms: readonly Term[]): (text: string) => Part[] {
  const names = terms
    .flatMap((term) => namesOf(term).map((name) => ({ name, term })))
    .toSorted((one, other) => other.name.length - one.name.length);
  // Each name is a group: the longest comes first, so that a used "base image" does not become an "image".
  const any = new RegExp(`(?<![\\w-])(?:${names.map(({ name }) => `(${patternOf(name)})`).join('|')})(?![\\w-])`, 'g');
  const used = new Set<Term>();
  return (text) => {
    const parts: Part[] = [];
    let end = 0;
    for (const match of text.matchAll(any)) {
      const term = names[match.slice(1).findIndex((group) => group !== undefined)]?.term;
      if (term === undefined || used.has(term)) continue;
      used.add(term);
      if (match.index > end) parts.push({ text: text.slice(end, match.index) });
      parts.push({ text: match[0], term });
      end = match.index + match[0].length;
    }
    if (end < text.length) parts.push({ text: text.slice(end) });
    return parts;
  };
}

/** `Glibc and musl` are two names of one entry. */
function namesOf({ term, also = [] }: Term): string[] {
  return [term, ...also].flatMap((name) => name.split(' and '));
}

/** A word may begin a sentence and may be several; `ARG` is written so and not otherwise. */
function patternOf(name: string): string {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s+');
  if (/^\W|^[A-Z]{2}/.test(name)) return escaped;
  const first = name.charAt(0);
  const rest = escaped.slice(1);
  const several = rest.endsWith('y') ? `${rest.slice(0, -1)}(?:y|ies)` : `${rest}(?:e?s)?`;
  return `[${first.toUpperCase()}${first.toLowerCase()}]${several}`;
}

/** As plain text. */
function firstSentence(markdown: string): string {
  const plain = markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
  return /^.*?[.!?](?=\s|$)/s.exec(plain)?.[0] ?? plain;
}
