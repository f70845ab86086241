/** Python and uv. */
import type { DescribedImage } from '../catalogue.ts';

const pythonFrom =
  "Debian bookworm's Python 3.11.2 moved to /usr/local, with pip 24.0, setuptools 79.0.1 and wheel 0.45.1 from PyPI";
const uvFrom = 'the wheel of uv 0.13.8 on PyPI';
const differs = 'pip and uv use the package mirror, and it is Python 3.11.2 as Debian builds it.';

export const pythonImages: DescribedImage[] = [
  {
    name: 'python:3.11-slim',
    aliases: [
      'python:3.11-slim-bookworm',
      'python:3.11.2-slim',
      'python:3.11.2-slim-bookworm',
      'python:3-slim',
      'python:3-slim-bookworm',
      'python:slim',
      'python:slim-bookworm',
    ],
    target: 'python-slim',
    summary: 'Python 3.11 and pip on Debian 12 slim, without a compiler.',
    madeFrom: pythonFrom,
    differs,
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'python:3.11',
    aliases: [
      'python:3.11-bookworm',
      'python:3.11.2',
      'python:3.11.2-bookworm',
      'python:3',
      'python:3-bookworm',
      'python:bookworm',
      'python:latest',
    ],
    target: 'python',
    summary: 'Python 3.11 on Debian 12 with compilers and headers: large, for building wheels.',
    madeFrom: `Debian bookworm packages (the list of buildpack-deps) and ${pythonFrom}`,
    differs,
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'ghcr.io/astral-sh/uv:latest',
    aliases: ['ghcr.io/astral-sh/uv:0.13', 'ghcr.io/astral-sh/uv:0.13.8'],
    target: 'uv',
    summary: 'The uv package manager, nothing else: to copy /uv and /uvx from.',
    madeFrom: uvFrom,
    differs: 'uv finds the package mirror only in the images that have Python.',
    libc: 'none',
    hasShell: false,
  },
  {
    name: 'ghcr.io/astral-sh/uv:python3.11-bookworm-slim',
    aliases: [
      'ghcr.io/astral-sh/uv:0.13-python3.11-bookworm-slim',
      'ghcr.io/astral-sh/uv:0.13.8-python3.11-bookworm-slim',
    ],
    target: 'uv-python-slim',
    summary: 'Python 3.11 on Debian 12 slim with uv installed.',
    madeFrom: `${pythonFrom}, and ${uvFrom}`,
    differs,
    libc: 'glibc',
    hasShell: true,
  },
];
