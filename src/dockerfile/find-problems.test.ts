import { describe, expect, test } from 'vitest';
import { findProblems } from './find-problems.ts';
import type { ImageName, Problem } from './problem.ts';
import { applyEdits } from './text-edits.ts';

const image = (name: string, aliases: string[] = []): ImageName => ({ name, aliases, summary: '' });
const images = [image('node:20-slim'), image('node:20', ['node:latest']), image('alpine:3.20', ['alpine:latest'])];

const problems = (text: string, dockerignore = '') => findProblems({ dockerfile: text, dockerignore, images });
const shown = ({ severity, rule, line, column }: Problem) => `${severity} ${rule} ${line}:${column}`;
/** Of one rule, so that a table row says one thing. */
const of = (rule: string, text: string, dockerignore = '') =>
  problems(text, dockerignore).filter((problem) => problem.rule === rule);

const good = `FROM node:20 AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:20-slim
WORKDIR /app
COPY --from=build /app/dist ./dist
USER node
CMD ["node", "dist/main.js"]
`;

test('a good file has no problems', () => {
  expect(problems(good)).toEqual([]);
});

describe('what is told, at its place', () => {
  test.each<[text: string, expected: string]>([
    ['FROM node:20 AS build\nFROM node:20\nCOPY --from=biuld /a /b', 'error unknown-stage 3:8'],
    ['FROM node:21', 'error base-image 1:6'],
    ['FROM node:20\nCPOY a b', 'error unknown-instruction 2:1'],
    ['FROM node:20 AS test\nFROM node:20', 'info unused-stage 1:17'],
    ['FROM node', 'warning moving-tag 1:6'],
    ['FROM alpine:latest', 'warning moving-tag 1:6'],
    ['FROM node:20\nCOPY . .\nRUN npm ci', 'warning copy-before-install 2:1'],
    ['FROM node:20', 'info runs-as-root 1:6'],
    ['FROM node:20\nUSER root', 'info runs-as-root 2:1'],
    ['FROM node:20\nUSER 0:0', 'info runs-as-root 2:1'],
    ['FROM node:20\nENV NPM_TOKEN=x', 'warning SecretsUsedInArgOrEnv 2:5'],
    ['FROM node:20\nARG API_KEY', 'warning SecretsUsedInArgOrEnv 2:5'],
    ['FROM node:20\nENTRYPOINT node x.js', 'warning JSONArgsRecommended 2:1'],
    ['FROM node:20 AS Build', 'warning StageNameCasing 1:17'],
    ['FROM node:20 as build', 'warning FromAsCasing 1:14'],
    ['from node:20 AS build', 'warning FromAsCasing 1:14'],
    ['FROM node:20\nRUN a\nrun b', 'warning ConsistentInstructionCasing 3:1'],
    ['from node:20\nrun a\nRUN b', 'warning ConsistentInstructionCasing 3:1'],
    ['FROM node:20 AS a\nFROM node:20 AS a', 'warning DuplicateStageName 2:17'],
    ['FROM node:20 AS context', 'warning ReservedStageName 1:17'],
    ['FROM node:$VERSION', 'warning UndefinedArgInFrom 1:11'],
    ['ARG TAG\nFROM node:$TAG', 'warning InvalidDefaultArgInFrom 2:6'],
    ['FROM --platform=linux/amd64 node:20', 'info FromPlatformFlagConstDisallowed 1:6'],
    ['FROM --platform=$TARGETPLATFORM node:20', 'info RedundantTargetPlatform 1:6'],
    ['FROM node:20\nCMD ["a"]\nCMD ["b"]', 'warning MultipleInstructionsDisallowed 2:1'],
    ['FROM node:20\nENV A b c', 'warning LegacyKeyValueFormat 2:1'],
    ['FROM node:20\nCOPY $SOURCE /x', 'warning UndefinedVar 2:6'],
    ['ARG A=1\nFROM node:20\nCOPY $A /x', 'warning UndefinedVar 3:6'],
    ['FROM node:20\nRUN a \\\n\n  b', 'warning NoEmptyContinuation 2:1'],
    ['FROM node:20\nMAINTAINER me', 'warning MaintainerDeprecated 2:1'],
    ['FROM node:20\nWORKDIR app', 'warning WorkdirRelativePath 2:9'],
    ['FROM node:20\nEXPOSE 80/TCP', 'warning ExposeProtoCasing 2:8'],
    ['FROM node:20\nEXPOSE 8080:80', 'warning ExposeInvalidFormat 2:8'],
  ])('%j', (text, expected) => {
    expect(problems(text).map(shown)).toContain(expected);
  });
});

describe('what is left alone', () => {
  test.each<[rule: string, text: string]>([
    ['unknown-stage', 'FROM node:20 AS Build\nFROM node:20\nCOPY --from=BUILD /a /b'],
    ['unused-stage', 'FROM node:20 AS a\nFROM node:20\nRUN --mount=type=bind,from=a,target=/a ls'],
    ['unused-stage', 'FROM node:20 AS a\nFROM a'],
    ['moving-tag', 'FROM node:20 AS base\nFROM base\nFROM scratch'],
    ['moving-tag', 'FROM node@sha256:0123'],
    ['copy-before-install', 'FROM node:20 AS a\nFROM node:20\nCOPY --from=a . .\nRUN npm ci'],
    ['copy-before-install', 'FROM node:20\nCOPY package*.json ./\nRUN npm ci\nCOPY . .'],
    ['runs-as-root', 'FROM gcr.io/distroless/static:nonroot'],
    ['runs-as-root', 'FROM node:20 AS a\nUSER node\nFROM a'],
    ['SecretsUsedInArgOrEnv', 'FROM node:20\nENV PUBLIC_KEY=x TOKENIZER=y PASSWORD_FILE=/run/secrets/p'],
    ['JSONArgsRecommended', 'FROM node:20\nSHELL ["/bin/bash", "-c"]\nCMD node x.js'],
    ['JSONArgsRecommended', 'FROM node:20\nCMD ["node"]\nRUN npm ci'],
    ['FromAsCasing', 'from node:20 as a'],
    ['ConsistentInstructionCasing', 'from node:20\nrun a'],
    ['UndefinedArgInFrom', 'ARG V=20\nFROM --platform=$BUILDPLATFORM node:$V'],
    ['UndefinedArgInFrom', 'FROM node:${V:-20}'],
    ['InvalidDefaultArgInFrom', 'ARG V=20\nFROM node:$V'],
    ['FromPlatformFlagConstDisallowed', 'FROM --platform=linux/amd64 node:20 AS build-amd64'],
    ['FromPlatformFlagConstDisallowed', 'FROM --platform=$BUILDPLATFORM node:20'],
    ['MultipleInstructionsDisallowed', 'FROM node:20 AS a\nCMD ["a"]\nFROM node:20\nCMD ["b"]'],
    ['LegacyKeyValueFormat', 'FROM node:20\nENV A=b'],
    ['UndefinedVar', "FROM node:20\nARG A\nENV B=$A C=${D:-x} PATH=/x:$PATH\nLABEL l='$E' m=\\$F\nWORKDIR $B"],
    ['UndefinedVar', 'FROM node:20 AS a\nENV A=1\nFROM a\nWORKDIR /$A'],
    ['UndefinedVar', 'FROM node:20\nRUN echo $X'],
    ['NoEmptyContinuation', 'FROM node:20\nRUN <<EOF\n\na\nEOF'],
    ['NoEmptyContinuation', 'FROM node:20\nRUN a \\\n # why\n b'],
    ['WorkdirRelativePath', 'FROM node:20\nWORKDIR /app\nWORKDIR src'],
    ['WorkdirRelativePath', 'FROM node:20 AS a\nWORKDIR /app\nFROM a\nWORKDIR src'],
    ['ExposeProtoCasing', 'FROM node:20\nEXPOSE 80/tcp 81'],
    ['StageNameCasing', '# check=skip=StageNameCasing\nFROM node:20 AS Build'],
    ['JSONArgsRecommended', '# check=skip=all\nFROM node:20\nCMD a b'],
    ['runs-as-root', ''],
  ])('%s in %j', (rule, text) => {
    expect(of(rule, text)).toEqual([]);
  });
});

describe('quick fixes', () => {
  test.each<[rule: string, before: string, after: string]>([
    [
      'unknown-stage',
      'FROM node:20 AS build\nFROM node:20\nCOPY --from=biuld /a /b',
      'FROM node:20 AS build\nFROM node:20\nCOPY --from=build /a /b',
    ],
    [
      'unknown-stage',
      'FROM node:20 AS tools\nFROM node:20\nCOPY --from=xyz /a /b',
      'FROM node:20 AS tools\nFROM node:20\nCOPY --from=tools /a /b',
    ],
    ['base-image', 'FROM node:20-slimm', 'FROM node:20-slim'],
    ['moving-tag', 'FROM alpine', 'FROM alpine:3.20'],
    ['JSONArgsRecommended', 'FROM node:20\nCMD node dist/main.js', 'FROM node:20\nCMD ["node", "dist/main.js"]'],
    ['StageNameCasing', 'FROM node:20 AS Build', 'FROM node:20 AS build'],
    ['FromAsCasing', 'FROM node:20 as build', 'FROM node:20 AS build'],
    ['ConsistentInstructionCasing', 'FROM node:20\nRUN a\nRun b', 'FROM node:20\nRUN a\nRUN b'],
    ['MultipleInstructionsDisallowed', 'FROM node:20\nCMD ["a"]\nCMD ["b"]', 'FROM node:20\nCMD ["b"]'],
    ['LegacyKeyValueFormat', 'FROM node:20\nENV A b c', 'FROM node:20\nENV A="b c"'],
    ['UndefinedVar', 'FROM node:20\nARG SOURCE\nCOPY ${SUORCE} /x', 'FROM node:20\nARG SOURCE\nCOPY ${SOURCE} /x'],
    ['NoEmptyContinuation', 'FROM node:20\nRUN a \\\n\n  b', 'FROM node:20\nRUN a \\\n  b'],
    [
      'MaintainerDeprecated',
      'FROM node:20\nMAINTAINER Ada <a@b>',
      'FROM node:20\nLABEL org.opencontainers.image.authors="Ada <a@b>"',
    ],
    ['WorkdirRelativePath', 'FROM node:20\nWORKDIR app', 'FROM node:20\nWORKDIR /app'],
    ['ExposeProtoCasing', 'FROM node:20\nEXPOSE 80/TCP', 'FROM node:20\nEXPOSE 80/tcp'],
    ['ExposeInvalidFormat', 'FROM node:20\nEXPOSE 127.0.0.1:8080:80', 'FROM node:20\nEXPOSE 80'],
    ['RedundantTargetPlatform', 'FROM --platform=$TARGETPLATFORM node:20', 'FROM node:20'],
  ])('of %s turn %j into what it should be', (rule, before, after) => {
    const [problem] = of(rule, before);
    expect(applyEdits(before, problem?.fixes[0]?.edits ?? [])).toBe(after);
    expect(of(rule, after)).toEqual([]);
  });

  test.each(['CMD node x.js | tee log', 'CMD NAME=x node', 'CMD node "a b"', 'CMD node $FILE', 'CMD node \\\n  x.js'])(
    'what a shell does something with (%j) is not written as a JSON array for the learner',
    (line) => {
      expect(of('JSONArgsRecommended', `FROM node:20\n${line}`)[0]?.fixes).toEqual([]);
    },
  );
});

describe('.dockerignore', () => {
  test.each<[pattern: string, source: string, ignored: boolean]>([
    ['dist', 'dist/main.js', true],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['**/*.md', 'docs/README.md', true],
    ['# dist', 'dist', false],
    ['*\n!package.json', 'package.json', false],
    ['*\n!package.json', 'src', true],
    ['/dist/', './dist', true],
    ['[', 'dist', false],
  ])('%j and COPY %s', (pattern, source, ignored) => {
    expect(of('CopyIgnoredFile', `FROM node:20\nCOPY ${source} /x`, pattern)).toHaveLength(ignored ? 1 : 0);
  });
});

test('every problem says where to read on when there is a page', () => {
  const found = problems('FROM node AS Build\nCMD a');
  const pages = Object.fromEntries(found.map(({ rule, readMore }) => [rule, readMore]));
  expect(pages).toMatchObject({
    'moving-tag': '/checks/base/',
    JSONArgsRecommended: '/checks/entrypoint/',
    StageNameCasing: 'https://docs.docker.com/reference/build-checks/stage-name-casing/',
  });
});

test('without a catalogue no image is called unknown', () => {
  expect(findProblems({ dockerfile: 'FROM what:ever\nUSER 1', dockerignore: '', images: [] })).toEqual([]);
});

test('every beginning of a file can be judged while it is typed', () => {
  const text = `${good}RUN <<EOF\nx\nEOF\nMAINTAINER\nENV A\nEXPOSE\nWORKDIR\nUSER\nCMD\nHEALTHCHECK`;
  for (let end = 0; end <= text.length; end += 3) problems(text.slice(0, end));
  expect(problems(text).map(({ rule }) => rule)).toContain('MaintainerDeprecated');
});

test('a hostile text is judged within bounds', () => {
  expect(problems('FROM a AS B\n'.repeat(10_000)).length).toBeLessThan(101);
  expect(problems('#'.repeat(100_000)).map(({ rule }) => rule)).toEqual(['file-size']);
});
