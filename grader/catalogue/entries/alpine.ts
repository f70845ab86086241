/** Alpine. */
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
];
