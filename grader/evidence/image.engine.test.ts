import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeLayerFiles, encodeLayerFiles } from '../contract/layers.ts';
import { mergeLayers } from '../contract/merge-layers.ts';
import { bytesOf, wastedIn } from '../contract/wasted.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import type { Engine, Slot } from '../engine/engine.ts';
import { buildInSlot, ensureTestImage, testEngine } from '../engine/testing.ts';
import type { ImageEvidence } from './evidence.ts';
import { collectImage } from './image.ts';

describe('collectImage', () => {
  let engine: Engine;
  let slot: Slot;
  let base: string;
  let baseImageId: string;
  const made: string[] = [];

  beforeAll(async () => {
    engine = await testEngine();
    slot = await engine.acquireSlot();
    base = await ensureTestImage(engine);
    baseImageId = (await engine.docker.getImage(base).inspect()).Id;
  });
  afterAll(async () => {
    await slot?.release();
    for (const id of made)
      await engine.docker
        .getImage(id)
        .remove({ force: true })
        .catch(() => {});
  });

  async function collect(dockerfile: string, files: Record<string, string> = {}): Promise<ImageEvidence> {
    const text = dockerfile.replaceAll('BASE', base);
    const build = await buildInSlot(engine, slot.cgroupParent, { dockerfile: text, files });
    expect(build.ok, build.output).toBe(true);
    made.push(build.imageId);
    return collectImage(
      {
        imageId: build.imageId,
        dockerfile: parseDockerfile(text),
        baseImageId: text.includes(base) ? baseImageId : undefined,
      },
      { engine, signal: new AbortController().signal },
    );
  }
  const layersOf = ({ layers }: ImageEvidence) =>
    layers.filter(({ fromBase }) => !fromBase).map(({ line, sizeBytes }) => [line, sizeBytes]);
  const linesOf = ({ history }: ImageEvidence) => history.filter(({ fromBase }) => !fromBase).map(({ line }) => line);

  it('lists files that sum up to the size of the image, a further name of a file counted once', async () => {
    const text =
      'FROM BASE\nRUN head -c 100000 /dev/zero > /a && ln /a /b && head -c 50000 /dev/zero > /c\nRUN rm /c\n';
    const image = await collect(text);
    // As it comes out in the browser.
    const layers = image.layers.map((layer) => ({
      ...layer,
      entries: decodeLayerFiles(encodeLayerFiles(layer.entries)),
    }));
    const listed = layers.flatMap(({ entries }) => entries);
    expect(listed.filter(({ linked }) => linked).map(({ path }) => path)).toEqual([expect.stringMatching(/^\/[ab]$/)]);
    const filesBytes = listed.reduce((sum, entry) => sum + bytesOf(entry), 0);
    // Docker counts a symbolic link by the length of where it points.
    const linksBytes = listed.reduce((sum, { linkTarget = '' }) => sum + Buffer.byteLength(linkTarget), 0);
    expect(filesBytes + linksBytes).toBe(image.sizeBytes);
    expect(wastedIn({ layers, files: mergeLayers(layers) })).toMatchObject({ bytes: 50_000, totalBytes: filesBytes });
  });

  it('knows which line of which stage made each layer', async () => {
    const image = await collect(
      [
        'FROM BASE AS common',
        'WORKDIR /app',
        'ENV A=1 B=2',
        'FROM BASE AS builder',
        'RUN echo built > /result',
        'FROM common AS almost',
        'RUN <<EOF',
        'echo one > /one',
        'echo two > /two',
        'EOF',
        'COPY --from=builder /result ./',
        'FROM almost',
        'ARG C=3',
        'COPY <<EOF /etc/motd',
        'hello',
        'EOF',
        'COPY --link file /linked/',
        'RUN true && \\',
        '  rm /one',
        'USER 1000',
        'EXPOSE 3000',
        'LABEL x=y',
        'CMD ["cat"]',
      ].join('\n'),
      { file: 'linked\n' },
    );
    expect(linesOf(image)).toEqual([2, 3, 7, 11, 13, 14, 17, 18, 20, 21, 22, 23]);
    expect(layersOf(image)).toEqual([
      [2, 0],
      [7, 8],
      [11, 6],
      [14, 6],
      [17, 7],
      [18, 0],
    ]);
    expect(image.files.has('/one')).toBe(false);
    expect(image.files.get('/two')?.type).toBe('file');
    expect(image.layers[image.files.get('/linked/file')?.layer ?? -1]?.line).toBe(17);
    expect(image.config).toMatchObject({
      user: '1000',
      env: { A: '1', B: '2' },
      cmd: ['cat'],
      workingDir: '/app',
      exposedPorts: ['3000/tcp'],
      labels: { x: 'y' },
    });
    expect(image.layers.filter(({ fromBase }) => fromBase)).toHaveLength(1);
    expect(image.compressedBytes).toBeGreaterThan(1e6);
    expect(image.compressedBytes).toBeLessThan(image.sizeBytes);
  });

  it('has no base in an image from scratch', async () => {
    const image = await collect(
      'FROM BASE AS b\nRUN echo x > /x\nFROM scratch\nCOPY --from=b /x /y\nENTRYPOINT ["/y"]',
    );
    expect(linesOf(image)).toEqual([4, 5]);
    expect([...image.files.keys()]).toEqual(['/y']);
    expect(image.config).toMatchObject({ user: '', entrypoint: ['/y'], cmd: [] });
  });

  it('ties layers of no bytes to their lines, and steps that change nothing', async () => {
    const image = await collect(
      'FROM BASE\nWORKDIR /a\nWORKDIR /a\nRUN true\nWORKDIR /\nRUN ln -s x /y\nCOPY f /f\nCMD ["/f"]',
      { f: 'f' },
    );
    expect(linesOf(image)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(layersOf(image).at(-1)).toEqual([7, 1]);
    expect(image.layers[image.files.get('/y')?.layer ?? -1]?.line).toBe(6);
    expect(image.layers[image.files.get('/a')?.layer ?? -1]?.line).toBe(2);
  });

  it('knows what ONBUILD of an earlier stage did', async () => {
    const image = await collect('FROM BASE AS a\nONBUILD RUN echo x > /x\nFROM a\nRUN echo y > /y');
    expect(image.layers[image.files.get('/x')?.layer ?? -1]?.line).toBe(2);
    expect(image.layers[image.files.get('/y')?.layer ?? -1]?.line).toBe(4);
  });

  it('shows the file system that a container would see', async () => {
    const image = await collect(
      [
        'FROM BASE',
        'RUN mkdir -p /d/sub && echo 1 > /d/old && echo 1 > /d/sub/x && echo 1 > /f && ln -s /d /link',
        'RUN rm -r /d && mkdir /d && echo 2 > /d/new',
        'RUN rm /f && mkdir /f && echo 3 > /f/inside',
        'RUN rm /link && mkdir /link && echo 4 > /link/real',
        'RUN touch "$(printf \'/d/new\\nline\')" && cd /d && ln -s ../../../../etc/passwd escape',
      ].join('\n'),
    );
    const own = [...image.files.keys()].filter((path) => /^\/(?:d|f|link)(?:\/|$)/.test(path)).sort();
    expect(own).toEqual(['/d', '/d/escape', '/d/new', '/d/new\nline', '/f', '/f/inside', '/link', '/link/real']);
    expect(image.files.get('/d/escape')).toMatchObject({ type: 'symlink', linkTarget: '../../../../etc/passwd' });
  });

  it('finds owners as the container sees them', async () => {
    const image = await collect('FROM BASE\nCOPY --chown=1234:5678 --chmod=640 f /f', { f: 'f' });
    expect(image.files.get('/f')).toMatchObject({ uid: 1234, gid: 5678, mode: 0o640 });
  });

  it('says so when the image is gone', async () => {
    await expect(
      collectImage(
        { imageId: `sha256:${'0'.repeat(64)}`, dockerfile: undefined, baseImageId: undefined },
        { engine, signal: new AbortController().signal },
      ),
    ).rejects.toMatchObject({ code: 'engine_unavailable', retryable: true });
  });
});
