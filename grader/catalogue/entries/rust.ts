/** Rust. */
import type { DescribedImage } from '../catalogue.ts';

const rustFrom = "Rust and cargo from Debian bookworm's rustc-web and cargo-web";
const differs =
  'It is the newest Rust of Debian bookworm (1.96 or later) whatever the tag says, cargo uses the package mirror, and there is no rustup, clippy or rustfmt.';

export const rustImages: DescribedImage[] = [
  {
    name: 'rust:1.78-slim',
    aliases: ['rust:1.78-slim-bookworm', 'rust:1-slim', 'rust:1-slim-bookworm', 'rust:slim', 'rust:slim-bookworm'],
    target: 'rust-slim',
    summary: 'Rust and cargo on Debian 12 slim with gcc as the linker.',
    madeFrom: `Debian bookworm packages and ${rustFrom}`,
    differs,
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'rust:1.78',
    aliases: ['rust:1.78-bookworm', 'rust:1', 'rust:1-bookworm', 'rust:latest', 'rust:bookworm'],
    target: 'rust',
    summary: 'Rust and cargo on Debian 12 with compilers and headers: large, for building.',
    madeFrom: `Debian bookworm packages (the list of buildpack-deps) and ${rustFrom}`,
    differs,
    libc: 'glibc',
    hasShell: true,
  },
];
