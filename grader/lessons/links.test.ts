import { describe, expect, test } from 'vitest';
import { checkLinks } from './links.ts';
import { proseOf } from './read-lesson.ts';

const known = {
  lessons: ['01-basics', '02-stages'],
  exercises: ['tea-shop'],
  checks: ['size'],
  measured: ['image:node:20', 'exercise:tea-shop:solution'],
};
const problems = (text: string) => checkLinks(proseOf(text), known).map(({ line, message }) => `${line}: ${message}`);

describe('a text leads somewhere', () => {
  test.each([
    'See [the basics](/lessons/01-basics/) and [stages](/lessons/02-stages#copy "title").',
    '[Tea](/exercises/tea-shop), [size](/checks/size/), [all](/course/), [home](/), [spec](https://example.org/x)',
    '## What it costs, and why\n[above](#what-it-costs-and-why)',
    '<a href="/checks/size/">x</a> <Exercise slug="tea-shop" />',
    '<Measured id="image:node:20" times="exercise:tea-shop:solution" />',
    'In code `[x](/nowhere)`, and in a block:\n```md\n[x](/nowhere) "image:none"\n```\n',
  ])('%s', (text) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('a text leads nowhere', () => {
  test.each([
    ['a\n\n[x](/lessons/02-stage/)', '3: expected a page below /lessons/, found "02-stage"; did you mean "02-stages"?'],
    [
      '[x](02-stages)',
      '1: expected a link to /lessons/…, /exercises/…, /checks/…, /course/, #heading or https://…, found "02-stages"',
    ],
    ['[x](http://example.org)', 'found "http://example.org"'],
    ['[x](/lessons/)', 'found "/lessons/"'],
    ['[x]()', 'found ""'],
    ['[x](#there)\n## Here', '1: expected a heading of this page, found "there"; did you mean "here"?'],
    ['<Exercise slug="coffee" />', '1: expected an exercise, found "coffee"; did you mean "tea-shop"?'],
    [
      "<Sizes ids={['image:node:21']} />",
      '1: expected a measured value of content/measurements.json, found "image:node:21"; did you mean "image:node:20"?',
    ],
    ['<Measured id="exercise:coffee:starter" />', 'Or record it: npx stagecraft measure coffee'],
  ])('%s', (text, expected) => {
    expect(problems(text)).toHaveLength(1);
    expect(problems(text)[0]).toContain(expected);
  });
});
