import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { termAnchor } from '../src/course/term-anchor.ts';

const terms: { term: string; text: string; also?: string[]; notIn?: string[] }[] = parse(
  readFileSync(join(import.meta.dirname, 'glossary.yaml'), 'utf8'),
);
const anchors = terms.map(({ term }) => termAnchor(term));

test('every term has an anchor of its own, and they stand in order', () => {
  expect(new Set(anchors).size).toBe(terms.length);
  expect(terms.map(({ term }) => term)).toEqual(
    terms.map(({ term }) => term).toSorted((a, b) => termAnchor(a).localeCompare(termAnchor(b), 'en')),
  );
});

test.each(terms)('$term is explained in a few sentences, and leads to terms that exist', ({ text, notIn = [] }) => {
  expect(text.length).toBeGreaterThan(60);
  expect(text.length).toBeLessThan(420);
  expect(text).toMatch(/[.!?]$/);
  for (const [, target = ''] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(target);
  for (const lesson of notIn)
    expect(existsSync(join(import.meta.dirname, 'lessons', `${lesson}.mdx`)), lesson).toBe(true);
});
