import { describe, expect, test } from 'vitest';
import { instructionOf } from '../contract/instruction-of.ts';
import { layerTitle } from './layer-text.ts';
import { sampleLayer } from './sample-evidence.ts';

describe('instructionOf', () => {
  test.each([
    ['RUN /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
    ['RUN |2 A=1 B=x y /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
    ['RUN /bin/bash -eo pipefail -c npm ci\nnpm test # buildkit', 'RUN npm ci\nnpm test'],
    ['RUN /bin/bash -euc npm ci # buildkit', 'RUN npm ci'],
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['COPY . . # buildkit', 'COPY . .'],
    ['RUN node build.js # buildkit', 'RUN node build.js'],
    ['', ''],
  ])('reads %j as %j', (createdBy, instruction) => {
    expect(instructionOf(createdBy)).toBe(instruction);
  });
});

describe('layerTitle', () => {
  test('names the instruction and its line', () => {
    expect(layerTitle(sampleLayer({ createdBy: 'RUN /bin/sh -c npm ci # buildkit', line: 4 }))).toBe(
      '`RUN npm ci` on line 4',
    );
  });
  test('says when the base image brought it', () => {
    expect(layerTitle(sampleLayer({ fromBase: true }))).toBe('the base image');
  });
  test('has words for a layer without history and for none at all', () => {
    expect([layerTitle(sampleLayer({ createdBy: ' ', line: 7 })), layerTitle(undefined)]).toEqual([
      'a layer on line 7',
      'an unknown layer',
    ]);
  });
});
