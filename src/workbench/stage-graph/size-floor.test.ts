import { expect, test } from 'vitest';
import type { CatalogueView } from '../../../grader/contract/exercise.ts';
import { readDockerfile } from '../../dockerfile/read-dockerfile.ts';
import { graphFacts } from './graph-facts.ts';
import { imageOf, sizeFloor } from './size-floor.ts';

const images: CatalogueView['images'] = [
  { name: 'node:20', aliases: ['docker.io/library/node:20'], summary: '', state: 'ready', sizeBytes: 1100 },
  { name: 'gcr.io/distroless/static:nonroot', aliases: [], summary: '', state: 'ready', sizeBytes: 2 },
  { name: 'rust:1.78', aliases: [], summary: '', state: 'building' },
  { name: 'busybox:latest', aliases: [], summary: '', state: 'ready', sizeBytes: 4 },
];

test.each([
  ['FROM node:20', { kind: 'known', image: 'node:20', bytes: 1100 }],
  ['FROM index.docker.io/library/node:20', { kind: 'known', image: 'node:20', bytes: 1100 }],
  ['ARG V=20\nFROM node:$V AS a\nFROM a', { kind: 'known', image: 'node:20', bytes: 1100 }],
  [
    'FROM node:20 AS a\nFROM gcr.io/distroless/static:nonroot',
    { kind: 'known', image: 'gcr.io/distroless/static:nonroot', bytes: 2 },
  ],
  ['FROM busybox', { kind: 'known', image: 'busybox:latest', bytes: 4 }],
  ['FROM rust:1.78', { kind: 'not-ready', image: 'rust:1.78' }],
  ['FROM node:20 AS a\nFROM scratch\nCOPY --from=a / /', { kind: 'scratch' }],
  ['FROM node:21', { kind: 'unknown', image: 'node:21' }],
  ['# nothing', { kind: 'none' }],
])('%j weighs at least what is shipped stands on', (text, expected) => {
  expect(sizeFloor(graphFacts(readDockerfile(text)), images)).toEqual(expected);
});

test('a port in a registry’s name is no tag', () => {
  expect(imageOf('localhost:5000/node', images)).toBeUndefined();
});
