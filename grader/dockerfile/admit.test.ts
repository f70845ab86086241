import { describe, expect, test } from 'vitest';
import { randomDockerfile, seeded } from '../build/testing/random-dockerfile.ts';
import { limits } from '../limits.ts';
import { admit, isRefused } from './admit.ts';

const names = [
  'node:20',
  'node:20-slim',
  'golang:1.22',
  'gcr.io/distroless/static:nonroot',
  'nginx:alpine',
  'alpine:3.19',
];
const options = {
  findImage: (reference: string) => names.find((name) => name === reference.replace(/^docker\.io\/(?:library\/)?/, '')),
  exampleImages: names,
  platform: 'linux/amd64',
};

function findings(dockerfile: string | Uint8Array, dockerignore?: string | Uint8Array) {
  return admit({ dockerfile, dockerignore }, options).findings;
}

function rules(dockerfile: string): string[] {
  return findings(dockerfile).map(({ rule, severity, line, column }) => `${severity} ${rule} ${line}:${column}`);
}

const good = `# syntax=docker/dockerfile:1
ARG NODE=20
FROM --platform=$BUILDPLATFORM node:$NODE AS builder
ARG TARGETARCH
ENV PATH=/app/bin:$PATH NODE_ENV=development
WORKDIR /app
COPY --chown=1000:1000 package*.json ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=token npm ci
RUN <<EOF
ADD http://example.com/ this is a line of a script
EOF
FROM gcr.io/distroless/static:nonroot
COPY --from=builder /app /app
COPY --from=nginx:alpine /etc/nginx/nginx.conf /etc/
USER 65532:65532
HEALTHCHECK --interval=5s CMD ["/app/health"]
ENTRYPOINT ["/app/server"]
`;

test('a Dockerfile of the trade has no findings, and keeps its lines', () => {
  const admission = admit({ dockerfile: good, dockerignore: 'node_modules\n' }, options);
  expect(admission.findings).toEqual([]);
  expect(admission.text).toBe(good.replace('# syntax=docker/dockerfile:1', '#'));
  expect(admission.dockerfile?.stages).toHaveLength(2);
});

test('everything is found at once, in order, with places', () => {
  const text = `FROM node:20-slimm AS build
RUN --network=host x
ADD https://example.com/a.tgz /
COPPY a b
FROM node:20
COPY --from=biuld /a /b`;
  expect(rules(text)).toEqual([
    'error base-image 1:6',
    'error run-network 2:5',
    'error remote-add 3:5',
    'error unknown-instruction 4:1',
    'error unknown-stage 6:8',
  ]);
  const messages = findings(text).map((finding) => finding.message);
  expect(messages[0]).toMatch(/Did you mean node:20-slim\?.*The base images are node:20, node:20-slim/);
  expect(messages[3]).toContain('Did you mean COPY?');
  expect(messages[4]).toMatch(/Did you mean build\? The stages before it are build\./);
});

describe('attacks', () => {
  /** Each is refused by name, before anything is built. */
  test.each<[string, string, string]>([
    ['a file over the limit', `FROM node:20\n${'#'.repeat(limits.admit.dockerfileBytes)}`, 'file-size'],
    ['a NUL byte', 'FROM node:20\nRUN a\0b', 'not-text'],
    ['an escape sequence', 'FROM node:20\nRUN \x1b[2J', 'not-text'],
    ['a lone surrogate', 'FROM node:20\nRUN \ud800', 'not-text'],
    ['nothing', '', 'empty'],
    ['only comments', '# a\n\n', 'empty'],
    ['no FROM', 'RUN a', 'no-from'],
    ['ARG only', 'ARG A=1', 'no-from'],
    ['10,000 RUN lines', `FROM node:20\n${'RUN x\n'.repeat(10_000)}`, 'instruction-count'],
    ['21 stages', 'FROM node:20\n'.repeat(21), 'stage-count'],
    ['doubling ENV', `FROM node:20\nENV A=xxxxxxxx\n${'ENV A=$A$A\n'.repeat(30)}`, 'variable-size'],
    ['doubling ENV over stages', `FROM node:20 AS a\nENV A=${'x'.repeat(1500)}\nFROM a\nENV B=$A$A`, 'variable-size'],
    ['doubling global ARG', `ARG A=xxxxxxxx\n${'ARG A=$A$A\n'.repeat(30)}FROM node:20`, 'variable-size'],
    [
      'a value hidden by a shorter one',
      `ARG A=${'x'.repeat(2000)}\nARG B=$A$A\nARG C=$A$A\nARG A=\nFROM node:20`,
      'variable-size',
    ],
    ['doubling by a default', `FROM node:20\nARG A=xxxxxxxx\n${'ARG A=${B:-$A$A}\n'.repeat(12)}`, 'variable-size'],
    ['doubling by replacement', `FROM node:20\nENV A=${'x'.repeat(1000)}\nENV B=\${A//x/yyyyyyyy}`, 'variable-size'],
    ['300 variables', `FROM node:20\nENV ${'A=1 '.repeat(300)}`, 'variable-size'],
    [
      'a long value used 10,000 times',
      `FROM node:20\nENV A=${'x'.repeat(2000)}\nRUN ${'$A '.repeat(10_000)}`,
      'variable-size',
    ],
    [
      'the same in a here-document',
      `FROM node:20\nENV A=${'x'.repeat(2000)}\nCOPY <<EOF /a\n${"$A'\n".repeat(9_000)}EOF`,
      'variable-size',
    ],
    ['an empty pattern, which crashes BuildKit 0.13', 'FROM node:20\nENV A=${B#}', 'syntax'],
    ['an image from elsewhere', 'FROM evil.example/miner', 'base-image'],
    ['an image from elsewhere in an ARG', 'ARG B=evil.example/miner\nFROM ${B}', 'base-image'],
    ['an image from elsewhere in a default', 'FROM ${B:-evil.example/miner}', 'base-image'],
    ['an empty variable', 'FROM $B', 'base-image'],
    ['an unset name in quotes', 'FROM ""', 'base-image'],
    ['a digest', `FROM node@sha256:${'0'.repeat(64)}`, 'base-image'],
    ['COPY --from an image from elsewhere', 'FROM node:20\nCOPY --from=evil.example/x /a /b', 'base-image'],
    [
      'RUN --mount=from an image from elsewhere',
      'FROM node:20\nRUN --mount=type=bind,from=evil.example/x,target=/x y',
      'base-image',
    ],
    [
      'the same with a quoted field',
      'FROM node:20\nRUN --mount=type=bind,"from=evil.example/x",target=/x y',
      'base-image',
    ],
    ['the same in upper case', 'FROM node:20\nRUN --mount=type=bind,FROM=evil.example/x,target=/x y', 'base-image'],
    ['COPY --from a later stage', 'FROM node:20 AS a\nCOPY --from=b /x /\nFROM node:20 AS b', 'unknown-stage'],
    ['COPY --from itself', 'FROM node:20 AS a\nCOPY --from=a /x /', 'unknown-stage'],
    ['COPY --from a number too high', 'FROM node:20\nCOPY --from=3 /x /', 'unknown-stage'],
    ['COPY --from a variable', 'ARG S=a\nFROM node:20 AS a\nFROM node:20\nCOPY --from=$S /x /', 'unknown-stage'],
    ['FROM a later stage', 'FROM b\nFROM node:20 AS b', 'unknown-stage'],
    ['another reader', '# syntax=evil.example/frontend\nFROM node:20', 'syntax-directive'],
    [
      'another reader with the name as a prefix',
      '# syntax=docker/dockerfile.evil.example/x\nFROM node:20',
      'syntax-directive',
    ],
    ['another reader after # escape', '# escape=`\n#SYNTAX = evil/x\nFROM node:20', 'syntax-directive'],
    ['another reader after a shebang', '#!/bin/x\n# syntax=evil/x\nFROM node:20', 'syntax-directive'],
    ['another reader after a byte order mark', '\ufeff# syntax=evil/x\nFROM node:20', 'syntax-directive'],
    ['another reader behind //', '// syntax=evil/x\nFROM node:20', 'syntax-directive'],
    ['another reader in JSON', '{"syntax":"evil/x"}', 'unknown-instruction'],
    ['ADD http', 'FROM node:20\nADD http://127.0.0.1:2375/ /x', 'remote-add'],
    ['ADD git', 'FROM node:20\nADD git@github.com:a/b.git /x', 'remote-add'],
    ['ADD a path that is a git address', 'FROM node:20\nADD 127.0.0.1/x.git /x', 'remote-add'],
    ['the same, encoded', 'FROM node:20\nADD 127.0.0.1/x%2egit /x', 'remote-add'],
    ['ADD ssh', 'FROM node:20\nADD ssh://git@127.0.0.1/x /x', 'remote-add'],
    ['ADD with a variable', 'FROM node:20\nARG P=http\nADD $P://127.0.0.1/ /x', 'remote-add'],
    ['ADD with a default', 'FROM node:20\nADD ${X:-http}://127.0.0.1/ /x', 'remote-add'],
    ['ADD with a global ARG', 'ARG P=http\nFROM node:20\nARG P\nADD $P://127.0.0.1/ /x', 'remote-add'],
    [
      'ADD with a variable of the stage below',
      'FROM node:20 AS a\nENV P=http\nFROM a\nADD $P://127.0.0.1/ /x',
      'remote-add',
    ],
    ['ADD with a variable of the base image', 'FROM node:20\nADD ${PYTHON_GET_PIP_URL} /x', 'remote-add'],
    ['ADD with escapes', 'FROM node:20\nADD ht\\tp://127.0.0.1/ /x', 'remote-add'],
    ['ADD with quotes', `FROM node:20\nADD h"tt"p:'//'127.0.0.1/ /x`, 'remote-add'],
    ['ADD with a byte order mark', 'FROM node:20\nADD \ufeffhttp://127.0.0.1/ /x', 'remote-add'],
    ['ADD in JSON', 'FROM node:20\nADD ["http://127.0.0.1/", "/x"]', 'remote-add'],
    ['ADD in JSON with something behind', 'FROM node:20\nADD ["http://127.0.0.1/", "/x"] y', 'syntax'],
    ['ADD in lower case over two lines', 'FROM node:20\na\\\ndd http://127.0.0.1/ /x', 'remote-add'],
    ['ADD after a vertical tab', 'FROM node:20\nADD\vhttp://127.0.0.1/ /x', 'remote-add'],
    ['ADD behind a comment in a continuation', 'FROM node:20\nADD \\\n# c\n http://127.0.0.1/ /x', 'remote-add'],
    [
      'ADD after a here-document with CRLF',
      'FROM node:20\r\nRUN <<EOF\r\nx\r\nEOF\r\nADD http://127.0.0.1/ /x',
      'remote-add',
    ],
    [
      'ADD after an open quote that hides a here-document',
      `FROM node:20\nRUN echo it's <<EOF\nADD http://127.0.0.1/ /x\nEOF`,
      'heredoc',
    ],
    ['ADD held back by ONBUILD', 'FROM node:20 AS a\nONBUILD ADD http://127.0.0.1/ /x\nFROM a', 'remote-add'],
    [
      'ADD held back with a variable',
      'FROM node:20 AS a\nENV U=http://127.0.0.1\nONBUILD ADD $U/ /x\nFROM a',
      'remote-add',
    ],
    ['ONBUILD under # escape', '# escape=`\nFROM node:20 AS a\nONBUILD ADD a b\nFROM a', 'syntax'],
    ['RUN --network=host', 'FROM node:20\nRUN --network=host x', 'run-network'],
    ['RUN --network=host held back by ONBUILD', 'FROM node:20\nONBUILD RUN --network=host x', 'run-network'],
    ['RUN --net"work"=host', 'FROM node:20\nRUN --net"work"=host x', 'run-network'],
    ['RUN --security', 'FROM node:20\nRUN --security=insecure x', 'run-security'],
    ['RUN --device', 'FROM node:20\nRUN --device=nvidia.com/gpu=all x', 'run-device'],
    ['another platform', 'FROM --platform=linux/s390x node:20', 'platform'],
    ['an unknown flag', 'FROM node:20\nRUN --privileged x', 'unknown-flag'],
    ['ONBUILD ONBUILD', 'FROM node:20\nONBUILD ONBUILD RUN x', 'syntax'],
    ['ONBUILD of thousands', `FROM node:20\n${'ONBUILD '.repeat(8_000)}RUN x`, 'syntax'],
    ['EXPOSE of every port', 'FROM node:20\nEXPOSE 1-65535/tcp 1-65535/udp', 'expose-count'],
    ['EXPOSE by a variable', 'FROM node:20\nENV P=1-65535\nEXPOSE $P', 'expose-count'],
    ['EXPOSE of what only the build can tell', 'FROM node:20\nENV P=x1-65535\nEXPOSE ${P#x}', 'expose-count'],
    ['EXPOSE on many lines', `FROM node:20${'\nEXPOSE 3000-3100'.repeat(10)}`, 'expose-count'],
    ['EXPOSE held back', 'FROM node:20 AS a\nONBUILD EXPOSE $P\nENV P=1-65535\nFROM a', 'expose-count'],
    [
      'EXPOSE by a variable that is held back',
      'FROM node:20 AS a\nONBUILD ENV P=1-65535\nFROM a\nEXPOSE $P',
      'expose-count',
    ],
    ['EXPOSE of a range held back', 'FROM node:20 AS a\nONBUILD EXPOSE 1-65535\nFROM a', 'expose-count'],
    ['two escapes', '# escape=`\n# escape=\\\nFROM node:20', 'directive'],
    ['a comment behind FROM', 'FROM node:20 AS a # the builder', 'inline-comment'],
  ])('%s', (_, dockerfile, rule) => {
    const errors = findings(dockerfile).filter((finding) => finding.severity === 'error');
    expect(errors.map((finding) => finding.rule)).toContain(rule);
    expect(isRefused(errors)).toBe(true);
  });
});

describe('not refused', () => {
  test.each([
    ['an escaped dollar in a path', 'FROM node:20\nCOPY \\$a b'],
    ['what looks like a flag but is quoted', 'FROM node:20\nCOPY "--from=x/y" a b'],
    ['ADD of a local archive', 'FROM node:20\nARG V=1\nADD vendor-${V}.tar.gz ./.git /opt/'],
    ['scratch', 'FROM scratch\nCOPY a b'],
    ['another spelling', 'FROM docker.io/library/node:20'],
    ['a stage by number', 'FROM node:20\nFROM scratch\nCOPY --from=0 /a /b'],
    ['its own platform', 'FROM --platform=linux/amd64 node:20'],
    ['RUN --network=none', 'FROM node:20\nRUN --network=none x'],
    ['# check', '# check=skip=all\nFROM node:20'],
    ['shell variables', "FROM node:20\nRUN for i in 1 2; do echo $i ${i} $$ $(date) it\\'s; done"],
    ['a shift', 'FROM node:20\nRUN echo $((1 << 4))'],
    ['EXPOSE of what the text sets', 'FROM node:20\nARG A=3000\nENV B=$A\nEXPOSE $A ${B}/udp 8000-8010 "${C:-9000}"'],
    ['EXPOSE of an argument without a value', 'FROM node:20\nARG PORT\nEXPOSE 3000 $PORT'],
    ['a path extended', `FROM node:20\n${'ENV PATH=/x:$PATH\n'.repeat(6)}`],
  ])('%s', (_, dockerfile) => {
    expect(findings(dockerfile)).toEqual([]);
  });
});

describe('warnings', () => {
  test.each([
    ['a global ARG inside a stage', 'ARG V=1\nFROM node:20\nRUN echo $V', 'warning global-arg 3:10'],
    ['a comment behind COPY', 'FROM node:20\nCOPY a b # all', 'warning inline-comment 2:10'],
    ['single quotes in a JSON array', "FROM node:20\nCMD ['node', 'x']", 'warning json-form 2:1'],
    ['two stages of one name', 'FROM node:20 AS a\nFROM node:20 AS A', 'warning duplicate-stage 2:17'],
    ['an SSH mount', 'FROM node:20\nRUN --mount=type=ssh x', 'warning run-ssh 2:1'],
  ])('%s', (_, dockerfile, expected) => {
    expect(rules(dockerfile)).toEqual([expected]);
  });
});

test('.dockerignore is bounded and must be text', () => {
  const large = 'x\n'.repeat(limits.admit.dockerignoreBytes);
  expect(findings('FROM node:20', large)).toMatchObject([{ file: '.dockerignore', rule: 'file-size', line: 1 }]);
  const binary = new Uint8Array([0x61, 0xff, 0xfe]);
  expect(findings('FROM node:20', binary)).toMatchObject([{ file: '.dockerignore', rule: 'not-text' }]);
});

test('a syntax line keeps # escape= in force whatever the order', () => {
  const { text, dockerfile } = admit(
    { dockerfile: '# syntax=docker/dockerfile:1\n# escape=`\nFROM node:20\nRUN a `\n b' },
    options,
  );
  expect(text.split('\n').slice(0, 3)).toEqual(['# escape=`', '#', 'FROM node:20']);
  expect(dockerfile?.instructions).toHaveLength(2);
});

test('errors are not cut off by warnings', () => {
  const text = `FROM node:20\n${'COPY a b # c\n'.repeat(70)}RUN --network=host x`;
  const found = findings(text);
  expect(found).toHaveLength(limits.admit.findingsMax);
  expect(isRefused(found)).toBe(true);
});

test('no text makes it throw, and every finding has a sentence and a place', () => {
  const random = seeded(7);
  for (let round = 0; round < 3000; round += 1) {
    const dockerfile = randomDockerfile(random);
    for (const finding of findings(dockerfile, dockerfile)) {
      expect(finding.message.length, dockerfile).toBeGreaterThan(10);
      expect(finding.line >= 1 && finding.column >= 1, dockerfile).toBe(true);
      expect(finding.message, dockerfile).not.toMatch(/\p{Cc}/u);
    }
  }
});

test.each([
  ['nested substitutions', `FROM node:20\nENV A=${'${B:-'.repeat(12_000)}`],
  ['open quotes', `FROM node:20\n${`ENV A="${'$A'.repeat(300)}\n`.repeat(90)}`],
  ['spaces in the middle', `FROM node:20\nRUN a${' '.repeat(60_000)}b\r${'\r'.repeat(3_000)}c`],
  ['spaces in a directive', `# syntax=docker/dockerfile${' '.repeat(60_000)}x\nFROM node:20`],
  ['signs of a git address', `FROM node:20\nADD ${'@'.repeat(60_000)} /x`],
  ['carriage returns', `FROM node:20\nRUN ${'\r'.repeat(60_000)}x`],
  ['copies', `FROM node:20\n${`COPY ${'a '.repeat(300)} b\n`.repeat(98)}`],
  ['replacements', `FROM node:20\nENV A=b\nRUN ${'${A//b/c}'.repeat(6_000)}`],
])('64 KiB of %s are judged', (_, text) => {
  findings(text);
});
