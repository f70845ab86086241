/** Debian and BusyBox. */
import type { DescribedImage } from '../catalogue.ts';

export const debianImages: DescribedImage[] = [
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
    name: 'debian:trixie-slim',
    aliases: ['debian:13-slim', 'debian:stable-slim'],
    target: 'debian-trixie-slim',
    summary: 'Debian 13 without manuals: for programs that need a newer glibc than Debian 12 has.',
    madeFrom: 'Debian trixie packages (mmdebstrap, minbase)',
    differs: 'apt-get installs only what the package mirror holds.',
    libc: 'glibc',
    hasShell: true,
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
];
