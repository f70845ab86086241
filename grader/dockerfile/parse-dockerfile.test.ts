import { describe, expect, test } from 'vitest';
import { randomDockerfile, seeded } from '../build/testing/random-dockerfile.ts';
import { parseDockerfile, parseWithProblems } from './parse-dockerfile.ts';

const twoStages = `ARG NODE=20
FROM node:\${NODE}-slim AS Builder
WORKDIR /app
COPY package.json \\
     # the lock file too
     package-lock.json ./
RUN npm ci && \\

    npm run build
FROM scratch
COPY --from=builder /app/dist /srv
CMD ["/srv/main"]
`;

describe('stages', () => {
  test('names are lower case, global ARGs are filled into FROM, the last stage is final', () => {
    const { stages, globalArgs } = parseDockerfile(twoStages, { platform: 'linux/amd64' });
    expect(globalArgs).toEqual([{ name: 'NODE', value: '20', line: 1 }]);
    expect(stages.map(({ name, base, rootBase, line, final }) => ({ name, base, rootBase, line, final }))).toEqual([
      { name: 'builder', base: 'node:20-slim', rootBase: 'node:20-slim', line: 2, final: false },
      { name: undefined, base: 'scratch', rootBase: 'scratch', line: 10, final: true },
    ]);
  });

  test('an instruction knows its lines, columns, joined text and vertex number', () => {
    const copy = parseDockerfile(twoStages).stages[0]?.instructions[2];
    expect(copy).toMatchObject({ keyword: 'COPY', line: 4, endLine: 6, column: 1, endColumn: 26, vertexNumber: 3 });
    expect(copy?.text.replace(/\s+/g, ' ')).toBe('package.json package-lock.json ./');
    expect(copy?.copy).toEqual({
      from: undefined,
      fromStage: undefined,
      sources: ['package.json', 'package-lock.json'],
      destination: './',
      heredoc: false,
    });
  });

  test('scratch and earlier stages make no FROM vertex, so numbering starts with the first instruction', () => {
    const { stages } = parseDockerfile(twoStages);
    expect(stages[1]?.instructions.map((each) => each.vertexNumber)).toEqual([undefined, 1, undefined]);
    expect(stages.map((stage) => stage.vertexPrefix)).toEqual(['builder', 'stage-1']);
  });

  test('a single stage has no prefix, even with a name, unless another image is used', () => {
    expect(parseDockerfile('FROM a AS b\nRUN c').stages[0]?.vertexPrefix).toBe('');
    expect(parseDockerfile('FROM a\nCOPY --from=nginx /a /b').stages[0]?.vertexPrefix).toBe('stage-0');
  });

  test('stages are found by name in any case and by number', () => {
    const model = parseDockerfile(
      'FROM a AS one\nFROM b\nCOPY --from=0 /x /\nCOPY --from=ONE /x /\nCOPY --from=7 /x /',
    );
    expect(model.stages[1]?.instructions.slice(1).map((each) => each.copy?.fromStage)).toEqual([0, 0, undefined]);
  });

  test('only what the final stage needs is reachable, by FROM, COPY --from and RUN --mount', () => {
    const text = `FROM a AS base
FROM base AS deps
FROM a AS tests
RUN x
FROM a AS tools
FROM a
COPY --from=deps /x /
RUN --mount=type=bind,from=tools,target=/t x`;
    expect(parseDockerfile(text).stages.map((stage) => stage.reachable)).toEqual([true, true, false, true, true]);
    const tested = parseDockerfile(text, { target: 'tests' });
    expect(tested.stages.map((stage) => stage.reachable)).toEqual([false, false, true, false, false]);
    expect(tested.stages.map((stage) => stage.final)).toEqual([false, false, true, false, false]);
  });

  test('ONBUILD makes what it needs reachable and shifts the numbers of the stage that continues', () => {
    const text = 'FROM x AS src\nFROM a AS base\nONBUILD COPY --from=src /x /\nFROM base\nRUN y';
    const { stages } = parseDockerfile(text);
    expect(stages[0]?.reachable).toBe(true);
    expect(stages[2]?.instructions[1]?.vertexNumber).toBe(2);
  });

  test('WORKDIR / makes no vertex', () => {
    const model = parseDockerfile('FROM a\nWORKDIR /\nWORKDIR app/..\nWORKDIR /app\nRUN x');
    expect(model.instructions.map((each) => each.vertexNumber)).toEqual([1, undefined, undefined, 2, 3]);
  });
});

describe('forms', () => {
  test('JSON arrays are the exec form, anything else the shell form', () => {
    const model = parseDockerfile(
      `FROM a\nCMD ["node", "a b.js"]\nENTRYPOINT ['x']\nRUN echo\nSHELL ["/bin/bash", "-c"]`,
    );
    expect(model.instructions.map(({ form, argv }) => [form, argv])).toEqual([
      [undefined, undefined],
      ['exec', ['node', 'a b.js']],
      ['shell', undefined],
      ['shell', undefined],
      ['exec', ['/bin/bash', '-c']],
    ]);
  });

  test('mounts are split at commas, quoted fields stay whole', () => {
    const model = parseDockerfile(
      'FROM a\nRUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=t,required npm ci',
    );
    expect(model.instructions[1]?.mounts.map((mount) => ({ ...mount }))).toEqual([
      { type: 'cache', target: '/root/.npm' },
      { type: 'secret', id: 't', required: '' },
    ]);
    expect(model.instructions[1]?.words).toEqual(['npm', 'ci']);
  });

  test('keywords may be written in any case', () => {
    expect(parseDockerfile('from a\nrun b').instructions.map((each) => each.keyword)).toEqual(['FROM', 'RUN']);
  });

  test('# escape=` turns the backtick into the continuation character', () => {
    const model = parseDockerfile('# escape=`\nFROM a\nRUN b `\n  c\nRUN C:\\\n');
    expect(model.instructions.map((each) => each.text.replace(/\s+/g, ' '))).toEqual(['a', 'b c', 'C:\\']);
  });
});

describe('here-documents', () => {
  const bodies = (text: string): (string[] | undefined)[] =>
    parseDockerfile(text).instructions.map((each) => each.heredocs);

  test('a body belongs to its instruction', () => {
    const text = 'FROM a\nRUN <<EOF\nADD http://x /y\nEOF\nCOPY <<a <<-"b" /x/\n1\na\n\t2\n\tb\nCMD c';
    expect(parseDockerfile(text).instructions.map((each) => each.keyword)).toEqual(['FROM', 'RUN', 'COPY', 'CMD']);
    expect(bodies(text)).toEqual([[], ['ADD http://x /y\n'], ['1\n', '\t2\n'], []]);
    expect(parseDockerfile(text).instructions[2]?.copy).toMatchObject({
      heredoc: true,
      sources: [],
      destination: '/x/',
    });
  });

  test.each([
    ['a file descriptor', 'RUN cat 3<<EOF\nADD x\nEOF'],
    ['quotes inside the name', 'RUN cat <<"E"OF\nADD x\nEOF'],
    ['Windows line ends', 'RUN cat <<EOF\r\nADD x\r\nEOF\r'],
    ['ONBUILD', 'ONBUILD RUN cat <<EOF\nADD x\nEOF'],
    ['a quoted name with a space', "RUN cat <<'E F'\nADD x\nE F"],
  ])('BuildKit sees a here-document with %s', (_, lines) => {
    expect(parseDockerfile(`FROM a\n${lines}\nUSER b`).instructions.map((each) => each.keyword)).toEqual([
      'FROM',
      lines.split(' ')[0],
      'USER',
    ]);
  });

  test.each([
    ['another instruction', 'CMD <<EOF'],
    ['the exec form', 'RUN ["cat", "<<EOF"]'],
    ['quotes', 'RUN echo "<<EOF"'],
    ['an escape', 'RUN echo \\<<EOF'],
    ['three <', 'RUN cat <<<EOF'],
  ])('BuildKit sees none with %s', (_, line) => {
    expect(parseDockerfile(`FROM a\n${line}\nUSER b\nEOF`).instructions.map((each) => each.keyword)).toContain('USER');
  });

  test.each([
    ['an open quote', "RUN echo it's <<EOF\nx\nEOF"],
    ['a bad substitution', 'RUN echo ${} <<EOF\nx\nEOF'],
    ['a missing end', 'RUN cat <<EOF\nx'],
    ['a space before the name', 'RUN cat << EOF\nx\nEOF'],
    ['text after a JSON array', 'RUN ["a"] <<EOF\nx\nEOF'],
  ])('where it is unclear because of %s, that is a problem', (_, lines) => {
    expect(
      parseWithProblems(`FROM a\n${lines}`).problems.map((problem) => [problem.rule, problem.line]),
    ).toContainEqual(['heredoc', 2]);
  });
});

test('no text makes it throw, and positions stay within the text', () => {
  const random = seeded(20241121);
  for (let round = 0; round < 5000; round += 1) {
    const text = randomDockerfile(random);
    const lineCount = text.split('\n').length;
    const model = parseDockerfile(text, { target: 'a' });
    for (const { line, endLine, column, endColumn } of model.instructions) {
      expect(line >= 1 && endLine >= line && endLine <= lineCount && column >= 1 && endColumn >= 1, text).toBe(true);
    }
  }
});

test.each([
  ['nested substitutions', `FROM a\nENV A=${'${B:-'.repeat(12_000)}`],
  ['many stages', 'FROM a\n'.repeat(9000)],
  ['many copies', `FROM a AS b\n${'COPY --from=b x y\n'.repeat(3600)}`],
  ['many here-documents', `FROM a\nRUN ${'<<A '.repeat(8000)}\n${'x\n'.repeat(10_000)}`],
  ['one long line', `FROM a\nRUN ${'"$A" '.repeat(12_000)}<<EOF`],
  ['doubling ARGs', `ARG A=xxxxxxxxxx\n${'ARG A=$A$A\n'.repeat(5000)}FROM $A`],
  ['open brackets', `FROM a\nRUN ${'['.repeat(60_000)}`],
])('64 KiB of %s are read', (_, text) => {
  parseDockerfile(text);
});
