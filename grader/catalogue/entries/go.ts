/** Go. */
import type { DescribedImage } from '../catalogue.ts';

const goFrom = 'Go 1.22.12 as Debian backports ships it';

export const goImages: DescribedImage[] = [
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
];
