import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { applyEdits } from './edits.ts';
import { mutationRules } from './rules.ts';

const images = ['node:20', 'node:20-slim', 'debian:bookworm-slim'];

/** What a rule makes of a Dockerfile, line by line. */
function made(id: string, text: string, dockerignore?: string): string[] {
  const rule = mutationRules.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`There is no rule ${id}.`);
  const source = { text, dockerignore, model: parseDockerfile(text), images };
  return rule
    .derive(source)
    .map(({ edits, withoutDockerignore }) => (withoutDockerignore ? 'without .dockerignore' : applyEdits(text, edits)));
}

const lines = (...all: string[]) => all.join('\n');

/** A rule, a Dockerfile, and all that the rule makes of it. */
const cases: [string, string, string[]][] = [
  ['drop-user', 'FROM a\nUSER 1\nCMD ["x"]', ['FROM a\nCMD ["x"]']],
  ['drop-user', 'FROM a AS b\nUSER 1\nFROM c\nCOPY --from=b /x /x', []],
  ['drop-user', 'FROM a AS base\nUSER 1\nFROM base', ['FROM a AS base\nFROM base']],
  ['root-in-the-end', 'FROM a\nUSER 1', ['FROM a\nUSER 1\nUSER 0']],
  ['shell-form', 'FROM a\nCMD ["node", "a b.js"]', ["FROM a\nCMD node 'a b.js'"]],
  [
    'shell-form',
    'FROM a\nENTRYPOINT ["a"]\nCMD ["--x"]',
    ['FROM a\nENTRYPOINT a\nCMD ["--x"]', 'FROM a\nENTRYPOINT ["a"]\nCMD --x'],
  ],
  ['shell-form', 'FROM a\nCMD node x\nENTRYPOINT []', []],
  ['drop-command', 'FROM a\nENTRYPOINT ["a"]\nCMD ["b"]', ['FROM a\nCMD ["b"]', 'FROM a\nENTRYPOINT ["a"]']],
  [
    'continue-the-build',
    'FROM a AS b\nRUN x\nFROM c AS run\nCOPY --from=b /x /x',
    ['FROM a AS b\nRUN x\nFROM b AS run\nCOPY --from=b /x /x'],
  ],
  ['continue-the-build', 'FROM a\nRUN x', []],
  [
    'ship-another-stage',
    'FROM a AS b\nFROM c\nCOPY --from=b /x /x',
    ['FROM a AS b\nFROM c\nCOPY --from=b /x /x\nFROM b'],
  ],
  ['ship-another-stage', 'FROM a\nCMD ["x"]', []],
  [
    'fat-final-base',
    'FROM golang AS b\nFROM --platform=$TARGETPLATFORM scratch AS run\nCOPY --from=b /x /x',
    ['FROM golang AS b\nFROM --platform=$TARGETPLATFORM golang AS run\nCOPY --from=b /x /x'],
  ],
  ['fat-final-base', 'FROM node:20-slim', ['FROM node:20']],
  ['fat-final-base', 'FROM debian:bookworm-slim', []],
  ['drop-from', 'FROM a AS b\nFROM c\nCOPY --from=b --chown=1 /x /y', ['FROM a AS b\nFROM c\nCOPY --chown=1 /x /y']],
  ['drop-from', 'FROM a\nCOPY x y', []],
  ['drop-copy', 'FROM a AS b\nCOPY x .\nFROM c\nCOPY --from=b /x /x', ['FROM a AS b\nCOPY x .\nFROM c']],
  [
    'wrong-path',
    'FROM a AS b\nFROM c\nCOPY --from=b /app/dist ./dist\nCOPY --from=b /x /x\nCOPY y .',
    [
      'FROM a AS b\nFROM c\nCOPY --from=b /app/dist /wrong/dist\nCOPY --from=b /x /x\nCOPY y .',
      'FROM a AS b\nFROM c\nCOPY --from=b /app/dist ./dist\nCOPY --from=b /x /wrong/x\nCOPY y .',
    ],
  ],
  [
    'copy-whole-folder',
    'FROM a AS b\nWORKDIR /app\nWORKDIR web\nFROM c\nCOPY --from=b /x /x\nCOPY --from=b /y /y\nCOPY --from=nginx /z /z',
    [
      lines(
        ...['FROM a AS b', 'WORKDIR /app', 'WORKDIR web', 'FROM c', 'COPY --from=b /app/web /app/web'],
        ...['COPY --from=b /x /x', 'COPY --from=b /y /y', 'COPY --from=nginx /z /z'],
      ),
    ],
  ],
  ['copy-whole-folder', 'FROM a AS b\nFROM c\nCOPY --from=b /x /x', []],
  [
    'copy-everything',
    'FROM a\nCOPY --chown=1 package.json lock ./\nCOPY src ./src',
    ['FROM a\nCOPY --chown=1 . ./\nCOPY src ./src'],
  ],
  ['copy-everything', 'FROM a\nCOPY . .', []],
  ['swap-copy-order', 'FROM a\nCOPY l .\nRUN x \\\n  && y\nCOPY . .', ['FROM a\nCOPY l .\nCOPY . .\nRUN x \\\n  && y']],
  ['swap-copy-order', 'FROM a AS b\nRUN x\nFROM c\nCOPY . .', []],
  [
    'drop-run-part',
    'FROM a\nRUN npm run build \\\n && npm prune',
    ['FROM a\nRUN npm prune', 'FROM a\nRUN npm run build'],
  ],
  [
    'drop-run-part',
    'FROM a\nRUN --mount=type=cache,target=/x echo "a && b"',
    ['FROM a\nRUN --mount=type=cache,target=/x true'],
  ],
  ['drop-run-part', 'FROM a\nRUN ["x"]', []],
  [
    'drop-variable',
    'FROM a\nRUN CGO_ENABLED=0 GOOS="linux" go build && A=1 b x=1',
    [
      'FROM a\nRUN GOOS="linux" go build && A=1 b x=1',
      'FROM a\nRUN CGO_ENABLED=0 go build && A=1 b x=1',
      'FROM a\nRUN CGO_ENABLED=0 GOOS="linux" go build && b x=1',
    ],
  ],
  ['drop-variable', 'FROM a\nRUN go build -ldflags="-s X=1 y"', []],
  ['keep-development-packages', 'FROM a\nRUN npm ci --omit=dev && x', ['FROM a\nRUN npm ci && x']],
  ['keep-development-packages', 'FROM a\nRUN npm ci', []],
  [
    'node-env-in-build',
    'FROM a AS b\nRUN npm ci\nFROM c\nRUN npm ci\nCOPY --from=b /x /x',
    ['FROM a AS b\nENV NODE_ENV=production\nRUN npm ci\nFROM c\nRUN npm ci\nCOPY --from=b /x /x'],
  ],
  ['node-env-in-build', 'FROM a\nRUN npm ci', []],
  [
    'drop-cache-mount',
    'FROM a\nRUN --mount=type=cache,target=/x \\\n    --mount=type=secret,id=t npm ci',
    ['FROM a\nRUN --mount=type=secret,id=t npm ci'],
  ],
  ['drop-cache-mount', 'FROM a\nRUN npm ci', []],
  [
    'leak-secret',
    'FROM a AS b\nRUN --mount=type=secret,id=t npm ci\nFROM c\nCOPY --from=b /x /x',
    [
      lines(
        'FROM a AS b',
        'RUN --mount=type=secret,id=t cp /run/secrets/t /leaked-secret && npm ci',
        'FROM c',
        'COPY --from=b /leaked-secret /leaked-secret',
        'COPY --from=b /x /x',
      ),
    ],
  ],
  [
    'leak-secret',
    'FROM a\nRUN --mount=type=secret,id=t,env=TOKEN npm ci',
    ['FROM a\nRUN --mount=type=secret,id=t,env=TOKEN printenv TOKEN > /leaked-secret && npm ci'],
  ],
  ['leak-secret', 'FROM a\nRUN npm ci', []],
  [
    'secret-in-env',
    'FROM a\nRUN --mount=type=secret,id=npm-token npm ci',
    ['FROM a\nARG NPM_TOKEN=not-so-secret\nENV NPM_TOKEN=$NPM_TOKEN\nRUN npm ci'],
  ],
  ['drop-metadata', 'FROM a\nLABEL x=y\nHEALTHCHECK CMD ["z"]', ['FROM a\nHEALTHCHECK CMD ["z"]', 'FROM a\nLABEL x=y']],
];

describe('the rule', () => {
  test.each(cases)('%s makes of %j what it should', (id, text, expected) => {
    expect(made(id, text)).toEqual(expected);
  });

  test('drop-dockerignore leaves the file out where there is one', () => {
    expect(made('drop-dockerignore', 'FROM a', '.git\n')).toEqual(['without .dockerignore']);
    expect(made('drop-dockerignore', 'FROM a')).toEqual([]);
  });
});

test('every file of rules/ is a rule of that name, is in the list, and has a case here', () => {
  const files = readdirSync(join(import.meta.dirname, 'rules')).map((name) => name.replace(/\.ts$/, ''));
  const ids = mutationRules.map(({ id }) => id);
  expect(ids.toSorted()).toEqual(files.toSorted());
  const tried = new Set(['drop-dockerignore', ...cases.map(([id]) => id)]);
  expect(ids.filter((id) => !tried.has(id))).toEqual([]);
});

test('no rule breaks on an empty text, on one that is no Dockerfile, or on a FROM alone', () => {
  for (const text of ['', 'RUN\nCOPY\n', 'FROM', 'FROM a', 'FROM a AS a\nFROM a AS a']) {
    for (const { id } of mutationRules) expect(() => made(id, text), `${id}: ${text}`).not.toThrow();
  }
});
