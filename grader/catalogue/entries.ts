/**
 * The base images there are. One entry is one image; the stand-in source needs one stage of the same target beside it.
 *
 * Unpinned names (`node`, `alpine:latest`) are here on purpose: they are a mistake that lessons are about, and a mistake
 * must build to be seen. Names of another version than ours (`node:22`) are absent on purpose: a wrong answer to
 * "which Node.js is this" is worse than none.
 */

import { canonicalReference } from '../dockerfile/reference.ts';
import type { CatalogueEntry, DescribedImage } from './catalogue.ts';
import { alpineImages } from './entries/alpine.ts';
import { debianImages } from './entries/debian.ts';
import { distrolessImages } from './entries/distroless.ts';
import { goImages } from './entries/go.ts';
import { javaImages } from './entries/java.ts';
import { nginxImages } from './entries/nginx.ts';
import { nodeImages } from './entries/node.ts';
import { pythonImages } from './entries/python.ts';
import { rustImages } from './entries/rust.ts';

const described: DescribedImage[] = [
  ...debianImages,
  ...nodeImages,
  ...goImages,
  ...alpineImages,
  ...nginxImages,
  ...pythonImages,
  ...javaImages,
  ...rustImages,
  ...distrolessImages,
];

/** Every image a learner may name, a family after the other. */
export const catalogueEntries: CatalogueEntry[] = described.map(withStandIn);

/** For our own use: static BusyBox and nothing else, e.g. to list what a stage holds. Learners can't name it. */
export const toolboxImage = 'stagecraft/toolbox:local';

export const toolboxEntry: CatalogueEntry = withStandIn({
  name: toolboxImage,
  aliases: [],
  target: 'toolbox',
  summary: 'Tools that the grader mounts into builds.',
  madeFrom: "Debian's busybox-static package",
  differs: 'There is no official image of this name.',
  libc: 'none',
  hasShell: true,
});

const entriesByReference = new Map(
  catalogueEntries.flatMap((entry) => [entry.name, ...entry.aliases].map((name) => [name, entry] as const)),
);

function withStandIn(entry: DescribedImage): CatalogueEntry {
  return { ...entry, standIn: `A stand-in made from ${entry.madeFrom}. ${entry.differs}` };
}

/** The entry that a `FROM` means, or undefined when the catalogue does not have it. */
export function findEntry(reference: string): CatalogueEntry | undefined {
  const canonical = canonicalReference(reference);
  return canonical === undefined ? undefined : entriesByReference.get(canonical);
}
