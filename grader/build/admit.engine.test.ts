/**
 * The policy against the real BuildKit: whatever is admitted must not make it download, however the text is written.
 * A port of the engine's own network namespace where nothing listens tells an attempt by its refusal.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admit, isRefused } from '../dockerfile/admit.ts';
import type { Engine } from '../engine/engine.ts';
import { testEngine } from '../engine/testing.ts';
import { runBuildx } from './spawn-buildx.ts';
import { seeded } from './testing/random-dockerfile.ts';

const download = 'http://127.0.0.1:9/x';

/** What learners might hide a download with: every way to begin, continue, quote and end. */
const pieces = [
  ...[`ADD ${download} /x\n`, `ADD ${download} /x\n`, `ADD ${download} /x\r\n`, `add\t${download} /y\n`],
  ...['ADD \\\n', 'ADD <<EOF /z\n', `ADD \${A:-${download}} /q\n`, 'ADD $A /q\n', `ONBUILD ADD ${download} /x\n`],
  ...['COPY <<EOF /a\n', 'COPY <<"EOF" /b\n', 'COPY <<-EOF /c\n', 'COPY 3<<EOF /d\n', 'COPY <<E"O"F /e\n'],
  ...['COPY <<A <<B /m/\n', "COPY <<'EOF /x'\n", "COPY <<EOF '/x\n", 'COPY \\<<EOF /x\n', 'COPY a<<EOF /x\n'],
  ...['COPY <<EOF/x /y\n', 'COPY "<<EOF" /x\n', 'COPY <<$A /x\n', 'COPY << EOF /x\n', 'COPY <<\tEOF /x\n'],
  ...['COPY <<EOF\v/x\n', 'COPY <<EOF\u00a0/x\n', 'COPY <<EO\\F /x\n', 'COPY <<EO\\\nF /x\n', 'COPY <<EOF /x #\n'],
  ...['COPY --chown=1 <<EOF /g\n', 'COPY --chown="1 <<EOF /g"\n', 'COPY ["<<EOF","/f"]\n', 'ONBUILD COPY <<EOF /h\n'],
  ...[
    'EOF\n',
    'EOF\n',
    'EOF\n',
    '\tEOF\n',
    'EOF\r\n',
    ' EOF\n',
    'EOF \n',
    'EOF\u00a0\n',
    'EOF\n\r',
    'A\n',
    'B\n',
    '$A\n',
  ],
  ...[
    'ENV A=b \\\n',
    `ENV A="it's" B='\n`,
    "ENV C='x'\n",
    "ENV D=' <<EOF\n",
    'ENV q=`\n',
    'LABEL a=b\\\n',
    'LABEL a=b \\ \n',
  ],
  ...[
    'LABEL a=b \\\\\n',
    '# comment \\\n',
    '#\n',
    '\\\n',
    '`\n',
    '\r\n',
    '\n',
    '\ufeff',
    '# escape=`\n',
    'CMD <<EOF\n',
  ],
  ...['CMD ["<<EOF"] \n', 'USER x\n', 'WORKDIR /w\n', 'FROM scratch\n', 'FROM scratch AS b\n', 'COPY --from=b /a /b\n'],
];

let engine: Engine;
let dir: string;

beforeAll(async () => {
  engine = await testEngine();
  dir = await mkdtemp(join(tmpdir(), 'stagecraft-admit-test-'));
});
afterAll(async () => {
  await engine?.release();
  await rm(dir, { recursive: true, force: true });
});

/** BuildKit's words, without its excerpt of the Dockerfile. */
async function wordsOf(text: string): Promise<string> {
  await writeFile(join(dir, 'Dockerfile'), text);
  let words = '';
  const args = ['build', '--progress=plain', '--output=type=cacheonly', '--no-cache', dir];
  const env = { ...engine.buildx.env, BUILDX_CONFIG: join(dir, 'buildx') };
  const onStderr = (piece: string): void => {
    words += piece;
  };
  await runBuildx(
    { command: engine.buildx.command, args, env, timeoutMs: 60_000, onStderr },
    new AbortController().signal,
  );
  return words.replace(/^ *\d+ \| .*$/gm, '');
}

const dialled = /dial tcp|connection refused/;

test('an attempt to download would be seen', async () => {
  expect(await wordsOf(`FROM scratch\nADD ${download} /x`)).toMatch(dialled);
});

test('no admitted text makes BuildKit download', async () => {
  const random = seeded(20261121);
  let built = 0;
  while (built < 40) {
    let text = random(6) === 0 ? '# escape=`\nFROM scratch\n' : 'FROM scratch\n';
    for (let count = 2 + random(7); count > 0; count -= 1) text += pieces[random(pieces.length)];
    if (!text.includes(download)) continue;
    const admission = admit({ dockerfile: text }, { findImage: () => undefined, exampleImages: [] });
    if (isRefused(admission.findings)) continue;
    built += 1;
    expect(await wordsOf(admission.text), JSON.stringify(text)).not.toMatch(dialled);
  }
});
