import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { canonicalReference } from '../dockerfile/reference.ts';
import { catalogueEntries, findEntry, toolboxEntry, toolboxImage } from './entries.ts';
import { inputNames } from './stand-in/input-sets.ts';
import { standInDockerfile } from './stand-in/recipe.ts';

describe('finding an image by what a FROM says', () => {
  test.each([
    ['node:20-slim', 'node:20-slim'],
    ['docker.io/library/node:20-slim', 'node:20-slim'],
    ['docker.io/node:20-slim', 'node:20-slim'],
    ['index.docker.io/library/node:20-slim', 'node:20-slim'],
    ['library/node:20-bookworm-slim', 'node:20-slim'],
    ['node:20-bookworm', 'node:20'],
    ['golang:1.22-bookworm', 'golang:1.22'],
    ['alpine', 'alpine:3.19'],
    ['alpine:latest', 'alpine:3.19'],
    ['nginx:1.27-alpine', 'nginx:alpine'],
    ['gcr.io/distroless/static', 'gcr.io/distroless/static-debian12:latest'],
    ['gcr.io/distroless/static:nonroot', 'gcr.io/distroless/static-debian12:nonroot'],
    ['gcr.io/distroless/static-debian12', 'gcr.io/distroless/static-debian12:latest'],
    ['gcr.io/distroless/base:nonroot', 'gcr.io/distroless/base-debian12:nonroot'],
    ['gcr.io/distroless/nodejs20-debian12', 'gcr.io/distroless/nodejs20-debian12:latest'],
    ['gcr.io/distroless/cc:debug', 'gcr.io/distroless/cc-debian12:debug'],
    ['python:slim', 'python:3.11-slim'],
    ['python', 'python:3.11'],
    ['ghcr.io/astral-sh/uv', 'ghcr.io/astral-sh/uv:latest'],
    ['busybox', 'busybox:1.36'],
  ])('%s is %s', (reference, name) => {
    expect(findEntry(reference)?.name).toBe(name);
  });

  test.each([
    'node:22',
    'python:3.12-slim',
    'ghcr.io/astral-sh/uv:0.5',
    'node:20-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000',
    'quay.io/node:20-slim',
    'debian:latest',
    toolboxImage,
    'scratch',
    '',
    '  ',
    'node:20 slim',
    'NODE:20',
  ])('%j is not in the catalogue', (reference) => {
    expect(findEntry(reference)).toBeUndefined();
  });

  test('a registry with a port keeps it', () => {
    expect(canonicalReference('localhost:5000/node')).toBe('localhost:5000/node:latest');
  });
});

describe('the list of images', () => {
  test('names every image once', () => {
    const names = catalogueEntries.flatMap((entry) => [entry.name, ...entry.aliases]);
    const repeated = names.filter((name, index) => names.indexOf(name) !== index && !name.startsWith('gcr.io/'));
    expect(repeated).toEqual([]);
    expect(new Set(catalogueEntries.map((entry) => entry.target)).size).toBe(catalogueEntries.length);
  });

  test('spells every name so that it is found', () => {
    for (const entry of catalogueEntries) {
      for (const name of [entry.name, ...entry.aliases]) expect(findEntry(name), name).toBe(entry);
    }
  });

  test('has a stage in the Dockerfile for every target', async () => {
    const stages = (await readFile(standInDockerfile, 'utf8')).matchAll(/^FROM \S+ AS (\S+)$/gm);
    const names = [...stages].map((match) => match[1]);
    for (const entry of [toolboxEntry, ...catalogueEntries]) expect(names).toContain(entry.target);
    // BuildKit would take the stage for the downloads.
    for (const name of [...inputNames, 'files', 'sandbox']) expect(names).not.toContain(name);
  });
});
