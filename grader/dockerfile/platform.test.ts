import { describe, expect, test } from 'vitest';
import { machinePlatform } from './parse-dockerfile.ts';
import { foreignImages, samePlatform } from './platform.ts';

const platform = machinePlatform() === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64';
const foreign = (text: string, target?: string) =>
  foreignImages(text, { platform, ...(target !== undefined && { target }) }).map(
    ({ image, line }) => `${image}:${line}`,
  );

test('one platform has several spellings', () => {
  expect(samePlatform('linux/x86_64', 'amd64')).toBe(true);
  expect(samePlatform('linux/arm64/v8', 'linux/aarch64')).toBe(true);
  expect(samePlatform('linux/arm/v7', 'linux/arm64')).toBe(false);
});

describe('foreignImages', () => {
  test('finds a base without a platform, or with the wrong one', () => {
    expect(foreign('FROM golang AS b\nFROM scratch\nCOPY --from=b /a /\n')).toEqual(['golang:1']);
    expect(foreign('FROM --platform=$TARGETPLATFORM node\n')).toEqual(['node:1']);
    expect(foreign(`FROM --platform=${platform} node\n`)).toEqual(['node:1']);
  });
  test('leaves out what stands on this machine, on scratch or on a stage', () => {
    const text = 'FROM --platform=$BUILDPLATFORM golang AS b\nFROM b AS c\nFROM scratch\nCOPY --from=c /a /\n';
    expect(foreign(text)).toEqual([]);
    expect(foreign(`FROM --platform=${machinePlatform()} golang\n`)).toEqual([]);
  });
  test('finds images that files are taken from, whatever the platform of their stage', () => {
    const text =
      'FROM --platform=$BUILDPLATFORM golang\nCOPY --from=busybox /a /\nRUN --mount=from=node,target=/n ls\n';
    expect(foreign(text)).toEqual(['busybox:2', 'node:3']);
  });
  test('looks at what the target needs only', () => {
    const text = 'FROM node AS dev\nFROM scratch AS prod\nCOPY a /\n';
    expect(foreign(text)).toEqual([]);
    expect(foreign(text, 'dev')).toEqual(['node:1']);
  });
  test('has nothing to say about this machine', () => {
    expect(foreignImages('FROM node\n', { platform: machinePlatform() })).toEqual([]);
  });
});
