import { expect, test } from 'vitest';
import { excerptParts } from './search-engine.ts';

test('an excerpt is text with some of it marked', () => {
  expect(excerptParts('take the <mark>stage</mark> that has it')).toEqual([
    { text: 'take the ', marked: false },
    { text: 'stage', marked: true },
    { text: ' that has it', marked: false },
  ]);
});

test('what stands for a sign is that sign, once, and a tag stays text', () => {
  expect(excerptParts('&lt;img src=x&gt; &amp;lt; <b>')).toEqual([{ text: '<img src=x> &lt; <b>', marked: false }]);
  expect(excerptParts('<mark>all</mark>')).toEqual([{ text: 'all', marked: true }]);
  expect(excerptParts('')).toEqual([]);
});
