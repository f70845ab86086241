/** Node.js. */
import type { DescribedImage } from '../catalogue.ts';

const nodeFrom = 'the node-linux npm package of Node.js 20.20.2, npm 10.8.2 and yarn 1.22.22 from npm';

export const nodeImages: DescribedImage[] = [
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
];
