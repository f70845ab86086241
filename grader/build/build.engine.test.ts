import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { explainFailure } from '../verdict/explain-failure.ts';
import { type BuildResult, buildImage, removeBuiltImage } from './run-buildx.ts';
import { neighboursOf } from './stage-files.ts';
import { BuildRoom, never, nonce } from './testing/build-room.ts';

let room: BuildRoom;

beforeAll(async () => {
  room = await BuildRoom.open();
});
afterAll(() => room?.close());
afterEach(() => room.tidy());

describe('a build that works', () => {
  const text = (mark: string) => `FROM BASE AS builder
WORKDIR /app
COPY a.txt \\
  b.txt ./
RUN echo hello ${mark}
FROM scratch
COPY --from=builder /app /app
`;

  test('gives an image, its vertexes with stage and line, its log and the size of its context', async () => {
    const mark = nonce();
    const built = await room.build(text(mark), {
      files: { 'a.txt': 'a', 'b.txt': 'b', 'unused.bin': 'x'.repeat(50_000) },
    });
    expect(built).toMatchObject({ ok: true, failure: undefined, logBytesDropped: 0 });
    expect(built.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    const image = await room.engine.docker.getImage(built.imageTag ?? '').inspect();
    expect(image.Id).toBe(built.imageId);
    const steps = built.vertexes.flatMap(({ stage, instruction, line }) =>
      line ? [`${stage} ${instruction} ${line}`] : [],
    );
    expect(steps.sort()).toEqual([
      '1 COPY 7',
      'builder COPY 3',
      'builder FROM 1',
      'builder RUN 5',
      'builder WORKDIR 2',
    ]);
    expect(built.log).toContain(`hello ${mark}`);
    expect(built.contextBytes).toBeGreaterThan(2);
    expect(built.contextBytes).toBeLessThan(10_000);
  });

  test('is cached when repeated', async () => {
    const mark = nonce();
    const files = { 'a.txt': 'a', 'b.txt': 'b' };
    const first = await room.build(text(mark), { files });
    expect(first.vertexes.find((vertex) => vertex.instruction === 'RUN')?.cached).toBe(false);
    const again = await room.build(text(mark), { files });
    const cached = again.vertexes.filter((vertex) => vertex.cached).map((vertex) => vertex.line);
    expect(cached.sort()).toEqual([2, 3, 5, 7]);
    const afterEdit = await room.build(text(mark), { files: { ...files, 'b.txt': nonce() } });
    expect(afterEdit.vertexes.filter((vertex) => vertex.cached).map((vertex) => vertex.line)).toEqual([2]);
  });

  test('keeps its image by its own tag when another build of the same text is removed', async () => {
    const mark = nonce();
    const files = { 'a.txt': 'a', 'b.txt': 'b' };
    const first = await room.build(text(mark), { files });
    const second = await room.build(text(mark), { files });
    expect(second.imageId).toBe(first.imageId);
    await removeBuiltImage(room.engine, first.imageTag);
    expect((await room.engine.docker.getImage(second.imageTag ?? '').inspect()).Id).toBe(second.imageId);
  });

  test('builds a target and leaves other stages alone', async () => {
    const built = await room.build(`FROM BASE AS a\nRUN true ${nonce()}\nFROM BASE AS b\nRUN exit 1`, { target: 'a' });
    expect(built.ok).toBe(true);
  });

  test('may mount a stage of one layer', async () => {
    const built = await room.build(
      `FROM scratch AS files\nCOPY Dockerfile /copied\nFROM BASE\nRUN --mount=type=bind,from=files,target=/mnt cat /mnt/copied # ${nonce()}`,
    );
    expect(built.failure?.raw).toBeUndefined();
  });

  test('two at once get their own lines, though BuildKit shares what they have in common', async () => {
    const mark = nonce();
    const other = await room.engine.acquireSlot();
    const otherDir = await mkdtemp(join(tmpdir(), 'stagecraft-build-test-'));
    try {
      const texts = [
        `FROM ${room.base}\nWORKDIR /${mark}\nRUN sleep 1`,
        `\n\nFROM ${room.base} AS own\nWORKDIR /${mark}\nRUN sleep 2\nFROM own`,
      ];
      await room.write({ Dockerfile: texts[0] ?? '' });
      await writeFile(join(otherDir, 'Dockerfile'), texts[1] ?? '');
      const model = texts.map((each) => parseDockerfile(each));
      const options = { engine: room.engine, signal: never };
      const [one, two] = await Promise.all([
        buildImage({ contextDir: room.dir, model: model[0], output: 'none' }, { ...options, slot: room.slot }),
        buildImage({ contextDir: otherDir, model: model[1], output: 'none' }, { ...options, slot: other }),
      ]);
      const lines = (result: BuildResult | undefined) =>
        result?.vertexes.flatMap(({ name, line }) => (line ? [`${line} ${name.split(']')[0]}`] : [])).sort();
      // BuildKit may tell a shared step to one of the two only; what is told bears the own name and line.
      expect(['1 [1/3', '2 [2/3', '3 [3/3']).toEqual(expect.arrayContaining(lines(one) ?? []));
      expect(['3 [own 1/3', '4 [own 2/3', '5 [own 3/3']).toEqual(expect.arrayContaining(lines(two) ?? []));
      expect([lines(one)?.at(-1), lines(two)?.at(-1)]).toEqual(['3 [3/3', '5 [own 3/3']);
    } finally {
      await other.release();
      await rm(otherDir, { recursive: true, force: true });
    }
  });
});

describe('a build that fails', () => {
  test('says which line, with the exit code and the last words', async () => {
    const built = await room.build(`FROM BASE\nRUN true\n\nRUN echo before ${nonce()}; echo "last words" >&2; exit 42`);
    expect(built).toMatchObject({ ok: false, imageId: undefined, imageTag: undefined });
    expect(built.failure).toMatchObject({ reason: 'failed', exitCode: 42, line: 4 });
    expect(built.failure?.logTail).toContain('last words');
    expect(built.failure?.vertex).toMatchObject({ instruction: 'RUN', line: 4 });
    expect(built.events).toContainEqual(expect.objectContaining({ type: 'vertex', status: 'failed' }));
  });

  test('over a file that is not in a stage learns what is there', async () => {
    const text = `FROM ${room.base} AS builder
WORKDIR /app
RUN mkdir -p build ${nonce()}; echo 1 > build/main.js
FROM scratch
COPY --from=builder /app/bulid/main.js /
`;
    const { failure } = await room.build(text);
    const model = parseDockerfile(text);
    const error = await explainFailure({
      failure: failure ?? expect.unreachable(),
      dockerfile: model,
      neighbours: (stage, path) =>
        neighboursOf(
          { build: { contextDir: room.dir, learner: 'ada' }, text, model, stage, path },
          { engine: room.engine, slot: room.slot, signal: never },
        ),
    });
    expect(error).toMatchObject({
      code: 'file_not_found',
      line: 5,
      message:
        'Line 5 (COPY --from=builder /app/bulid/main.js /): there is no /app/bulid/main.js in the stage builder.',
    });
    expect(error.hint).toMatch(/^Did you mean \/app\/build\/main\.js\? \/app holds .*build\//);
  });
});
