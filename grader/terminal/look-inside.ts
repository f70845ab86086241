/** What an image holds, read from the engine's index of its layers: no container is needed. */

import { canonicalPath, type MergedFiles, mergeLayers } from '../contract/merge-layers.ts';
import type { FileList } from '../contract/terminal.ts';
import type { Engine } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import type { ImageEvidence } from '../evidence/evidence.ts';
import { realPath } from '../evidence/find-program.ts';
import { inspectConfig } from '../evidence/image.ts';
import { plainText } from '../evidence/plain-text.ts';
import { limits } from '../limits.ts';

export interface InsideImage {
  imageId: string;
  config: ImageEvidence['config'];
  files: MergedFiles;
  /** Path of the best shell; undefined when there is none. */
  shell: string | undefined;
}

/** @throws StagecraftError `engine_unavailable` */
export async function lookInside(
  imageId: string,
  { engine, signal }: { engine: Engine; signal: AbortSignal },
): Promise<InsideImage> {
  const [config, layers] = await Promise.all([
    inspectConfig(imageId, { engine, signal }),
    engine.layers(imageId, signal),
  ]);
  const files = mergeLayers(layers);
  return { imageId, config, files, shell: findShell(files) };
}

/** The best first. */
const shells = ['/bin/bash', '/usr/bin/bash', '/bin/sh', '/usr/bin/sh', '/bin/ash', '/bin/dash', '/busybox/sh'];

/** Path of an executable shell, as it is called: a BusyBox knows by its name what it is to be. */
export function findShell(files: MergedFiles): string | undefined {
  return shells.find((path) => {
    const entry = files.get(realPath({ files }, path) ?? '');
    return entry?.type === 'file' && (entry.mode & 0o111) !== 0 && entry.sizeBytes > 0;
  });
}

/** One folder's entries by name, or the one file. @throws StagecraftError `not_found` */
export function listFiles(files: MergedFiles, path: string): FileList {
  const asked = canonicalPath(`/${path}`);
  const real = asked === '/' ? '/' : realPath({ files }, asked);
  if (real === undefined) {
    throw new StagecraftError('not_found', `There is no ${plainText(asked, 200)} in this image.`);
  }
  const own = files.get(real);
  if (own !== undefined && own.type !== 'directory') {
    return {
      path: shown(real),
      entries: [toEntry(real.slice(real.lastIndexOf('/') + 1), own, own.sizeBytes)],
      more: 0,
    };
  }
  const found = childrenOf(files, real);
  const entries = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, child]) => toEntry(name, child.entry, child.sizeBytes));
  const { listedEntriesMax } = limits.terminal;
  return {
    path: shown(real),
    entries: entries.slice(0, listedEntriesMax),
    more: Math.max(0, entries.length - listedEntriesMax),
  };
}

type Entry = MergedFiles extends Map<string, infer Value> ? Value : never;

function childrenOf(files: MergedFiles, folder: string): Map<string, { entry: Entry | undefined; sizeBytes: number }> {
  const start = folder === '/' ? '/' : `${folder}/`;
  const found = new Map<string, { entry: Entry | undefined; sizeBytes: number }>();
  for (const [path, entry] of files) {
    if (!path.startsWith(start) || path === start) continue;
    const end = path.indexOf('/', start.length);
    const name = path.slice(start.length, end < 0 ? undefined : end);
    const child = found.get(name) ?? { entry: undefined, sizeBytes: 0 };
    if (end < 0) child.entry = entry;
    if (entry.type === 'file') child.sizeBytes += entry.sizeBytes;
    found.set(name, child);
  }
  return found;
}

const shown = (text: string): string => plainText(text, limits.evidence.shownTextMax);

/** A folder that no layer mentions by itself was made by whoever unpacked what is in it. */
function toEntry(name: string, entry: Entry | undefined, sizeBytes: number): FileList['entries'][number] {
  const type = entry?.type ?? 'directory';
  return {
    name: shown(name),
    type: type === 'whiteout' || type === 'opaque' ? 'other' : type,
    mode: (entry?.mode ?? 0o755) & 0o7777,
    uid: entry?.uid ?? 0,
    gid: entry?.gid ?? 0,
    sizeBytes,
    linkTarget: entry?.linkTarget === undefined ? undefined : shown(entry.linkTarget),
  };
}
