/** Alpine, and what runs on it beside languages. */
import type { DescribedImage } from '../catalogue.ts';

export const alpineImages: DescribedImage[] = [
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
