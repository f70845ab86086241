import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../dockerfile/text-edits.ts';
import { createAnswers } from './answer.ts';
import type { At } from './protocol.ts';

const images = [
  { name: 'node:20-slim', aliases: ['node:slim', 'node:20.20.2-slim'], summary: 'Small Node.', sizeBytes: 200_000_000 },
  { name: 'node:20', aliases: ['node:latest'], summary: 'Node with compilers.' },
];
const answers = createAnswers();
answers.images(images);

/** The cursor is where `|` stands. */
function at(text: string): At {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  return { text: text.replace('|', ''), line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
const labels = async (text: string) => (await answers.complete(at(text))).map(({ label }) => label);

describe('completion', () => {
  test('a FROM is offered stages above it and the catalogue', async () => {
    expect(await labels('FROM node:20 AS deps\nFROM deps AS build\nFROM |')).toEqual([
      'build',
      'deps',
      'node:20-slim',
      'node:20',
    ]);
  });

  test('a tag that is being typed is offered every spelling of it', async () => {
    expect(await labels('FROM node:2|')).toEqual([
      'node:20-slim',
      'node:slim',
      'node:20.20.2-slim',
      'node:20',
      'node:latest',
    ]);
  });

  test.each(['COPY --from=|', 'COPY --chown=a --from=|', 'RUN --mount=type=bind,from=|', 'RUN a \\\n  --mount=from=|'])(
    '%j is offered the stages above by name or number, never its own',
    async (line) => {
      expect((await labels(`FROM node:20\nFROM node:20 AS build\nFROM node:20 AS own\n${line}`)).slice(0, 2)).toEqual([
        'build',
        '0',
      ]);
    },
  );

  test('accepting a suggestion replaces what was typed of it', async () => {
    const text = 'FROM node:20 AS build\nFROM node:20\nCOPY --from=bu| /a /b';
    const [first] = await answers.complete(at(text));
    expect(
      applyEdits(
        text.replace('|', ''),
        [first?.edit].filter((edit) => edit !== undefined),
      ),
    ).toContain('--from=build /a');
  });

  test('instructions are offered at the beginning of a line, MAINTAINER is not', async () => {
    const offered = await labels('FROM node:20\n|');
    expect(offered.some((label) => label.startsWith('WORKDIR'))).toBe(true);
    expect(offered.some((label) => label.startsWith('MAINTAINER'))).toBe(false);
  });
});

describe('hover', () => {
  test('an image of the catalogue says what it is and how big', () => {
    expect(answers.hover(at('FROM node:20-s|lim'))).toEqual({
      markdown: expect.stringMatching(/node:20-slim.*200.*Small Node\./s),
    });
  });

  test('a stage says where it begins', () => {
    expect(answers.hover(at('FROM node:20 AS build\nFROM node:20\nCOPY --from=bu|ild /a /b'))).toEqual({
      markdown: 'Stage **build**, from `node:20` on line 1.',
    });
  });

  test('an instruction is explained, a word of a shell command is not', () => {
    expect(answers.hover(at('FROM node:20\nWORK|DIR /app'))).toEqual({
      markdown: expect.stringContaining('directory'),
    });
    expect(answers.hover(at('FROM node:20\nRUN npm |ci'))).toBeNull();
  });
});

test('signatures follow the argument that is being typed', async () => {
  const help = await answers.signatures(at('FROM node:20\nCOPY a |'));
  expect(help?.signatures[0]?.label).toContain('COPY');
});

describe('rename', () => {
  const text = [
    'FROM node:20 AS build',
    'FROM build AS test',
    'FROM node:20-slim',
    'COPY --from=build /build /build',
    'RUN --mount=type=bind,from=build,target=/build ls',
    'COPY --from=0 /a /b',
  ].join('\n');
  const renamed = async (marked: string, newName: string) => {
    const { edits, refusal } = await answers.rename({ ...at(marked), newName });
    return refusal ?? applyEdits(marked.replace('|', ''), edits);
  };

  test.each(['AS bu|ild', 'FROM bu|ild AS test', '--from=bu|ild', 'from=bu|ild,target'])(
    'a stage is renamed everywhere, from %j',
    async (marked) => {
      const after = await renamed(text.replace(marked.replace('|', ''), marked), 'compile');
      expect(after.split('\n')).toEqual([
        'FROM node:20 AS compile',
        'FROM compile AS test',
        'FROM node:20-slim',
        'COPY --from=compile /build /build',
        'RUN --mount=type=bind,from=compile,target=/build ls',
        'COPY --from=0 /a /b',
      ]);
    },
  );

  test('a stage that is called like its image keeps its image', async () => {
    expect(await renamed('FROM node AS no|de\nFROM scratch\nCOPY --from=node /a /b', 'build')).toBe(
      'FROM node AS build\nFROM scratch\nCOPY --from=build /a /b',
    );
  });

  test('a name that is no name, or another stage’s, is refused with a sentence', async () => {
    expect(await renamed('FROM node AS a|b', '1x')).toContain('must begin with a letter');
    expect(await renamed('FROM node AS a|b\nFROM node AS cd', 'cd')).toContain('already');
  });

  test('a variable is renamed where it is used', async () => {
    expect(await renamed('FROM node\nARG AP|P=1\nWORKDIR /$APP', 'DIR')).toBe('FROM node\nARG DIR=1\nWORKDIR /$DIR');
  });

  test('a word that is neither is no place to rename', async () => {
    expect(await answers.renamePlace(at('FROM node\nRUN npm |ci'))).toBeNull();
    expect(await answers.renamePlace(at('FROM node AS bu|ild'))).toMatchObject({ name: 'build' });
  });
});

describe('format', () => {
  test.each<[string, string]>([
    ['from node:20 as a  \n  run x \\\ny', 'FROM node:20 AS a\nRUN x \\\n    y\n'],
    ['FROM a\n\n\n\nRUN b\n\n\n', 'FROM a\n\nRUN b\n'],
    ['FROM a\nRUN <<EOF\n  if true  \n\n\n\tfi\nEOF\nrun b', 'FROM a\nRUN <<EOF\n  if true  \n\n\n\tfi\nEOF\nRUN b\n'],
    ['', ''],
    ['# a comment  \nFROM a AS from', '# a comment\nFROM a AS from\n'],
  ])('%j', async (before, after) => {
    expect(await answers.format({ text: before })).toBe(after);
    expect(await answers.format({ text: after })).toBe(after);
  });
});

test('every place in a text that is still being typed can be asked about', async () => {
  const text = 'FROM node:20 AS a\nRUN --mount=type=cache,target=/x a \\\n  b\nCOPY --from=a . .\nENV A=${B';
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    for (let column = 1; column <= line.length + 1; column += 2) {
      const place = { text, line: index + 1, column };
      await answers.complete(place);
      answers.hover(place);
      answers.signatures(place);
      answers.renamePlace(place);
    }
  }
  expect(await answers.problems({ dockerfile: text, dockerignore: '' })).not.toEqual([]);
});
