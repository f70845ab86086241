import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { stageFiles } from './stage-files.ts';
import { BuildRoom, never, nonce } from './testing/build-room.ts';

let room: BuildRoom;

beforeAll(async () => {
  room = await BuildRoom.open();
});
afterAll(() => room?.close());
afterEach(() => room.tidy());

const hostile = (mark: string) => `FROM ${room.base}
WORKDIR /app
RUN mkdir -p 'a b/$(id)' node_modules/typescript; touch 'a b/$(id)/x;y' "$(printf 'new\\nline')" node_modules/typescript/package.json
RUN ln -s /etc/passwd link; ln -s / loop; printf '@@ end\\n' > '@@ end'; echo ${mark} > proof; mkfifo fifo 2>/dev/null; true
FROM ${room.base} AS unused
RUN exit 1
FROM scratch AS ships
COPY --from=0 /app/proof /proof
# the end \\`;

test('finds files by globs and reads small ones, whatever the names', async () => {
  const mark = nonce();
  const text = hostile(mark);
  await room.write({ Dockerfile: text });
  const model = parseDockerfile(text);
  const request = { build: { contextDir: room.dir, learner: 'ada' }, text, model };
  const found = await stageFiles(
    {
      ...request,
      globs: ['**/node_modules/typescript/package.json', '/app/a b/**', '/proof'],
      contents: ['/app/proof', '/app/link', '/proof'],
    },
    { engine: room.engine, slot: room.slot, signal: never },
  );
  expect(found).toEqual({
    ok: true,
    found: {
      'stage-0': ['/app/a b', '/app/a b/$(id)', '/app/a b/$(id)/x;y', '/app/node_modules/typescript/package.json'],
      ships: ['/proof'],
    },
    contents: { 'stage-0': { '/app/proof': `${mark}\n` }, ships: { '/proof': `${mark}\n` } },
  });
  expect(await room.leftovers()).toEqual([]);
});

test('a stage can neither hide from the look nor answer for it', async () => {
  const text = `FROM ${room.base} AS a
RUN mkdir /fake && printf '#!/bin/sh\\necho ./forged' > /fake/find && chmod +x /fake/find && cp /fake/find /fake/sh && touch /${nonce()} /there
ENV PATH=/fake ENV=/fake/find BASH_ENV=/fake/find
WORKDIR /fake
USER 1234
ENTRYPOINT ["/fake/find"]
SHELL ["/fake/sh"]
ONBUILD RUN exit 1
FROM --platform=linux/arm64 scratch AS other
COPY --from=a /there /there`;
  await room.write({ Dockerfile: text });
  const model = parseDockerfile(text);
  const found = await stageFiles(
    {
      build: { contextDir: room.dir },
      text,
      model,
      globs: ['/there', '/stagecraft-*', '/proc/*', '/forged'],
      stages: [0, 1],
    },
    { engine: room.engine, slot: room.slot, signal: never },
  );
  expect(found).toEqual({ ok: true, found: { a: ['/there'], other: ['/there'] }, contents: { a: {}, other: {} } });
});

test('a pattern is never a command', async () => {
  const text = `FROM ${room.base}\nRUN echo ${nonce()} > /a`;
  await room.write({ Dockerfile: text });
  const globs = ["/x'; touch /pwned; '", '/$(touch /pwned)', '/`id`', '/-delete', '/a'];
  const model = parseDockerfile(text);
  const found = await stageFiles(
    { build: { contextDir: room.dir }, text, model, globs },
    { engine: room.engine, slot: room.slot, signal: never },
  );
  expect(found).toMatchObject({ ok: true, found: { '': ['/a'] } });
});

test('ten thousand files are bounded, not fatal', async () => {
  const text = `FROM ${room.base}\nRUN mkdir /m; cd /m; seq 10000 | sed 's/^/${'n'.repeat(100)}/' | while read n; do : > $n; done; true ${nonce()}`;
  await room.write({ Dockerfile: text });
  const model = parseDockerfile(text);
  const found = await stageFiles(
    { build: { contextDir: room.dir }, text, model, globs: ['/m/**', `/m/${'n'.repeat(100)}9999`] },
    { engine: room.engine, slot: room.slot, signal: never },
  );
  expect(found.ok).toBe(true);
  expect(found.found['']?.length).toBeGreaterThan(300);
  expect(found.found['']).toContain(`/m/${'n'.repeat(100)}9999`);
});

test('stages that can not be built are said so', async () => {
  const text = `FROM ${room.base}\nRUN exit 9 # ${nonce()}`;
  await room.write({ Dockerfile: text });
  const model = parseDockerfile(text);
  const found = await stageFiles(
    { build: { contextDir: room.dir }, text, model, globs: ['/a'] },
    { engine: room.engine, slot: room.slot, signal: never },
  );
  expect(found.ok).toBe(false);
  expect(found.message).toContain('exit code: 9');
});

test('.dockerignore holds for the look too', async () => {
  const text = `FROM ${room.base}\nCOPY . /c`;
  await room.write({ Dockerfile: text, '.dockerignore': 'secret.txt', 'secret.txt': 's', 'open.txt': nonce() });
  const model = parseDockerfile(text);
  const found = await stageFiles(
    { build: { contextDir: room.dir }, text, model, globs: ['/c/*.txt'] },
    { engine: room.engine, slot: room.slot, signal: never },
  );
  expect(found.found['']).toEqual(['/c/open.txt']);
  expect(await readFile(join(room.dir, 'Dockerfile'), 'utf8')).toBe(text);
});
