/**
 * The base images there are. One entry is one image; the stand-in source needs one stage of the same target beside it.
 *
 * Unpinned names (`node`, `alpine:latest`) are here on purpose: they are a mistake that lessons are about, and a mistake
 * must build to be seen. Names of another version than ours (`node:22`) are absent on purpose: a wrong answer to
 * "which Node.js is this" is worse than none.
 */
import type { CatalogueEntry } from './catalogue.ts';
import { canonicalReference } from './reference.ts';

const nodeFrom = 'the node-linux npm package of Node.js 20.20.2, npm 10.8.2 and yarn 1.22.22 from npm';
const goFrom = 'Go 1.22.12 as Debian backports ships it';
const distrolessFrom = 'the Debian bookworm packages that the distroless project lists, unpacked without dpkg';

/** `gcr.io/distroless/NAME`, with and without the Debian version, and every spelling of a tag. */
function distroless(name: string, tags: string[]): string[] {
  return [`gcr.io/distroless/${name}-debian12`, `gcr.io/distroless/${name}`].flatMap((repository) =>
    tags.map((tag) => `${repository}:${tag}`),
  );
}

const described: Omit<CatalogueEntry, 'standIn'>[] = [
  {
    name: 'debian:bookworm-slim',
    aliases: ['debian:12-slim'],
    target: 'debian-slim',
    summary: 'Debian 12 without manuals: a shell, apt and glibc.',
    madeFrom: 'Debian bookworm packages (mmdebstrap, minbase)',
    differs: 'apt-get installs only what the package mirror holds.',
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'node:20-slim',
    aliases: [
      'node:20-bookworm-slim',
      'node:20.20-slim',
      'node:20.20.2-slim',
      'node:20.20.2-bookworm-slim',
      'node:slim',
      'node:lts-slim',
    ],
    target: 'node-slim',
    summary: 'Node.js 20 on Debian 12 slim: what most Node.js services run on.',
    madeFrom: `Debian bookworm packages and ${nodeFrom}`,
    differs: 'npm and yarn use the package mirror.',
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'node:20',
    aliases: [
      'node:20-bookworm',
      'node:20.20',
      'node:20.20.2',
      'node:20.20.2-bookworm',
      'node:latest',
      'node:lts',
      'node:bookworm',
    ],
    target: 'node',
    summary: 'Node.js 20 on Debian 12 with compilers and headers: large, for building.',
    madeFrom: `Debian bookworm packages (the list of buildpack-deps) and ${nodeFrom}`,
    differs: 'npm and yarn use the package mirror.',
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'golang:1.22',
    aliases: [
      'golang:1.22-bookworm',
      'golang:1.22.12',
      'golang:1.22.12-bookworm',
      'golang:latest',
      'golang:1',
      'golang:bookworm',
    ],
    target: 'golang',
    summary: 'Go 1.22 on Debian 12 with gcc and git: large, for building.',
    madeFrom: `Debian bookworm packages and ${goFrom}`,
    differs: 'Go uses the package mirror and no checksum database.',
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'gcr.io/distroless/static-debian12:latest',
    aliases: distroless('static', ['latest']),
    target: 'distroless-static',
    summary: 'CA certificates, time zones and a user list, nothing else: for static binaries.',
    madeFrom: distrolessFrom,
    differs: 'Nothing but the builder.',
    libc: 'none',
    hasShell: false,
  },
  {
    name: 'gcr.io/distroless/static-debian12:nonroot',
    aliases: distroless('static', ['nonroot']),
    target: 'distroless-static-nonroot',
    summary: 'The same for static binaries, running as user 65532.',
    madeFrom: distrolessFrom,
    differs: 'Nothing but the builder.',
    libc: 'none',
    hasShell: false,
  },
  {
    name: 'gcr.io/distroless/base-debian12:latest',
    aliases: distroless('base', ['latest']),
    target: 'distroless-base',
    summary: 'distroless static plus glibc and OpenSSL: for dynamically linked binaries.',
    madeFrom: distrolessFrom,
    differs: 'Nothing but the builder.',
    libc: 'glibc',
    hasShell: false,
  },
  {
    name: 'gcr.io/distroless/base-debian12:nonroot',
    aliases: distroless('base', ['nonroot']),
    target: 'distroless-base-nonroot',
    summary: 'distroless base, running as user 65532.',
    madeFrom: distrolessFrom,
    differs: 'Nothing but the builder.',
    libc: 'glibc',
    hasShell: false,
  },
  {
    name: 'gcr.io/distroless/nodejs20-debian12:latest',
    aliases: distroless('nodejs20', ['latest']),
    target: 'distroless-nodejs',
    summary: 'Node.js 20 without shell, npm or package manager; the entrypoint is node itself.',
    madeFrom: `${distrolessFrom}, and Node.js 20.20.2 from its npm package`,
    differs: 'Nothing but the builder.',
    libc: 'glibc',
    hasShell: false,
  },
  {
    name: 'gcr.io/distroless/nodejs20-debian12:nonroot',
    aliases: distroless('nodejs20', ['nonroot']),
    target: 'distroless-nodejs-nonroot',
    summary: 'Node.js 20 without a shell, running as user 65532.',
    madeFrom: `${distrolessFrom}, and Node.js 20.20.2 from its npm package`,
    differs: 'Nothing but the builder.',
    libc: 'glibc',
    hasShell: false,
  },
  {
    name: 'busybox:1.36',
    aliases: ['busybox:latest', 'busybox:1.36.1', 'busybox:1', 'busybox:stable', 'busybox:musl', 'busybox:glibc'],
    target: 'busybox',
    summary: 'One static binary with a shell and 270 small tools.',
    madeFrom: "Debian's busybox-static package",
    differs: 'It is BusyBox 1.35, the version of Debian bookworm.',
    libc: 'none',
    hasShell: true,
  },
  {
    name: 'alpine:3.19',
    aliases: ['alpine:latest', 'alpine:3', 'alpine:3.18', 'alpine:3.20', 'alpine:3.21', 'alpine:3.22'],
    target: 'alpine',
    summary: 'musl and BusyBox in a few megabytes.',
    madeFrom: "musl from Debian bookworm and BusyBox compiled against it from Debian's source",
    differs:
      'BusyBox is 1.35, whatever the tag says it is one image, and apk installs only what the package mirror holds.',
    libc: 'musl',
    hasShell: true,
  },
  {
    name: 'golang:1.22-alpine',
    aliases: [
      'golang:1.22-alpine3.19',
      'golang:1.22.12-alpine',
      'golang:1.22-alpine3.20',
      'golang:alpine',
      'golang:1-alpine',
    ],
    target: 'golang-alpine',
    summary: 'Go 1.22 on Alpine, without a C compiler.',
    madeFrom: `${goFrom}, on the alpine stand-in`,
    differs: 'BusyBox is 1.35, Go uses the package mirror, and apk installs only what the mirror holds.',
    libc: 'musl',
    hasShell: true,
  },
  {
    name: 'node:20-alpine',
    aliases: [
      'node:20-alpine3.19',
      'node:20-alpine3.20',
      'node:20-alpine3.21',
      'node:20.20-alpine',
      'node:20.20.2-alpine',
      'node:alpine',
      'node:lts-alpine',
    ],
    target: 'node-alpine',
    summary: 'Node.js 20 on Alpine: small.',
    madeFrom: `${nodeFrom}, with Debian's glibc on the alpine stand-in`,
    differs: 'Node.js itself runs on glibc, so native modules are glibc ones: musl trouble can not be seen here.',
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'nginx:alpine',
    aliases: [
      'nginx:1.22-alpine',
      'nginx:1.27-alpine',
      'nginx:1.28-alpine',
      'nginx:1-alpine',
      'nginx:stable-alpine',
      'nginx:mainline-alpine',
      'nginx:alpine-slim',
    ],
    target: 'nginx-alpine',
    summary: 'The nginx web server on Alpine, for static sites.',
    madeFrom: 'nginx 1.22.1 from Debian bookworm with its glibc on the alpine stand-in',
    differs: 'It is nginx 1.22.1 whatever the tag says, and it runs on glibc.',
    libc: 'glibc',
    hasShell: true,
  },
];

/** Every image a learner may name, smallest effort first within a family. */
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

function withStandIn(entry: Omit<CatalogueEntry, 'standIn'>): CatalogueEntry {
  return { ...entry, standIn: `A stand-in made from ${entry.madeFrom}. ${entry.differs}` };
}

/** The entry that a `FROM` means, or undefined when the catalogue does not have it. */
export function findEntry(reference: string): CatalogueEntry | undefined {
  const canonical = canonicalReference(reference);
  return canonical === undefined ? undefined : entriesByReference.get(canonical);
}
