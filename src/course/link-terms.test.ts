import { createSatteriMarkdownProcessor, satteri } from '@astrojs/markdown-satteri';
import { describe, expect, test } from 'vitest';
import { linkTerms, type Term, termSplitter } from './link-terms.ts';
import { placeLinks } from './place-links.ts';

const terms: Term[] = [
  { term: 'Stage', text: 'A part of a [Dockerfile](#dockerfile) from one `FROM` to the next. It has a colour.' },
  { term: 'Build stage', text: 'A stage that makes something.' },
  { term: 'Registry', text: 'A server that keeps images.' },
  { term: 'ARG', text: 'A variable of the build.' },
  { term: 'Glibc and musl', also: ['C library'], text: 'Two C libraries.' },
  { term: 'Label', text: 'A key with a value.', notIn: ['02-two'] },
];

/** The text of a lesson as the site has it. */
async function htmlOf(markdown: string, { lesson = '01-one', base = '' } = {}): Promise<string> {
  const onSite = (path: string) => `${base}${path}`;
  const mdastPlugins = [placeLinks(onSite), linkTerms(terms, onSite)];
  const processor = await createSatteriMarkdownProcessor({ mdastPlugins, syntaxHighlight: false });
  const fileURL = new URL(`file:///site/content/lessons/${lesson}.mdx`);
  return (await processor.render(markdown, { fileURL })).code.trim();
}

const textOf = (html: string) => html.replace(/<[^>]+>/g, '');
const linkedIn = (html: string) =>
  [...html.matchAll(/<a [^>]*class="term"[^>]*>([^<]*)<\/a>/g)].map(([, text]) => text);

describe('the terms of the glossary in a lesson', () => {
  test('lead to their entries, with the first sentence as a description and nothing to hover', async () => {
    expect(await htmlOf('Each stage has a name.')).toBe(
      '<p>Each <a href="/glossary/#stage" class="term" aria-description="A part of a Dockerfile from one FROM to the next.">stage</a> has a name.</p>',
    );
  });

  test('are linked once each, where they are used first', async () => {
    const html = await htmlOf('One stage.\n\n- A registry,\n- *stages* and registries.\n\nAnother stage.');
    expect(linkedIn(html)).toEqual(['stage', 'registry']);
    expect(textOf(html)).toBe('One stage.\n\nA registry,\nstages and registries.\n\nAnother stage.');
  });

  test('begin a sentence, stand for several, and go over the end of a line', async () => {
    expect(linkedIn(await htmlOf('Stages.'))).toEqual(['Stages']);
    expect(linkedIn(await htmlOf('Two registries, and a C\nlibrary.'))).toEqual(['registries', 'C\nlibrary']);
  });

  test('are whole words, and written as the term is where that is in capitals', async () => {
    expect(linkedIn(await htmlOf('A multi-stage build with a backstage, staged; an arg of the musl.'))).toEqual([
      'musl',
    ]);
    expect(linkedIn(await htmlOf('An ARG above.'))).toEqual(['ARG']);
  });

  test('do not hide a longer term, nor stand for one that was linked', async () => {
    expect(linkedIn(await htmlOf('A build stage. That build stage. A stage.'))).toEqual(['build stage', 'stage']);
  });

  test('stay plain in headings, code and links', async () => {
    const html = await htmlOf(
      '## The stage\n\n`stage` and [the stage](/x/)\n\n```text\nstage\n```\n\n| stage |\n|---|\n| ARG |',
    );
    expect(linkedIn(html)).toEqual(['stage', 'ARG']);
    expect(html).toContain('<h2 id="the-stage">The stage</h2>');
    expect(html).toContain('<a href="/x/">the stage</a>');
  });

  test('stay plain in components, so in every question', async () => {
    const processor = satteri({ mdastPlugins: [linkTerms(terms, (path) => path)] });
    const renderer = await processor.createMdxRenderer?.(
      { syntaxHighlight: false },
      { optimize: false, srcDir: undefined },
    );
    const text = '<Predict question="Which stage?">\n\nThe stage *registry*.\n\n</Predict>\n\nAn ARG.\n';
    const { code = '' } = (await renderer?.process(text, '/site/content/lessons/01-one.mdx', {})) ?? {};
    expect([...code.matchAll(/\/glossary\/#([\w-]+)/g)].map(([, anchor]) => anchor)).toEqual(['arg']);
  });

  test('are none where the word means something else, and on no page but lessons', async () => {
    expect(linkedIn(await htmlOf('A label.', { lesson: '01-one' }))).toEqual(['label']);
    expect(linkedIn(await htmlOf('A label.', { lesson: '02-two' }))).toEqual([]);
    const processor = await createSatteriMarkdownProcessor({
      mdastPlugins: [linkTerms(terms, (path) => path)],
      syntaxHighlight: false,
    });
    const fileURL = new URL('file:///site/grader/checks/size/explain.md');
    expect((await processor.render('A stage.', { fileURL })).code.trim()).toBe('<p>A stage.</p>');
  });

  test('are found again in each lesson', async () => {
    const mdastPlugins = [linkTerms(terms, (path: string) => path)];
    const processor = await createSatteriMarkdownProcessor({ mdastPlugins, syntaxHighlight: false });
    for (const lesson of ['01-one', '02-two']) {
      const fileURL = new URL(`file:///site/content/lessons/${lesson}.mdx`);
      expect(linkedIn((await processor.render('A stage.', { fileURL })).code)).toEqual(['stage']);
    }
  });
});

test('a site below a path has its links there, and those to other hosts as they are', async () => {
  const html = await htmlOf('A stage, [size](/checks/size/), [far](https://a.test/), [other](//b.test/), [here](#x)', {
    base: '/courses/stagecraft',
  });
  expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
    '/courses/stagecraft/glossary/#stage',
    '/courses/stagecraft/checks/size/',
    'https://a.test/',
    '//b.test/',
    '#x',
  ]);
});

test('taken apart, a text is all there', () => {
  const split = termSplitter(terms);
  const text = 'Stage, stage, ARG and glibc.';
  const parts = split(text);
  expect(parts.map((part) => part.text).join('')).toBe(text);
  expect(parts.flatMap(({ term }) => term?.term ?? [])).toEqual(['Stage', 'ARG', 'Glibc and musl']);
});
