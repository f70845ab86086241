import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { expectedEntries, finalChain, linesFor } from './history-lines.ts';

function lines(text: string, created: string[], triggers: string[] = []): (number | undefined)[] {
  return linesFor(created, expectedEntries(finalChain(parseDockerfile(text)), triggers));
}

describe('linesFor', () => {
  it('gives each entry of the shipped stage its line', () => {
    const text =
      'FROM node:20 AS builder\nRUN npm ci\nFROM node:20-slim\nWORKDIR /app\nCOPY --from=builder /x .\nUSER node\nCMD ["node"]';
    const created = ['WORKDIR /app', 'COPY /x . # buildkit', 'USER node', 'CMD ["node"]'];
    expect(lines(text, created)).toEqual([4, 5, 6, 7]);
  });

  it('walks through the stages that the shipped one continues', () => {
    const text =
      'FROM node:20 AS base\nWORKDIR /app\nFROM other AS unused\nRUN x\nFROM base AS deps\nRUN npm ci\nFROM deps\nCMD ["node"]';
    expect(lines(text, ['WORKDIR /app', 'RUN /bin/sh -c npm ci # buildkit', 'CMD ["node"]'])).toEqual([2, 6, 8]);
  });

  it('counts the line where a here-document or a continued instruction starts', () => {
    const text =
      'FROM a\nRUN <<EOF\nnpm ci\nEOF\nRUN apt-get update && \\\n  apt-get install x\nCOPY <<EOF /etc/x\nhello\nEOF\n';
    const created = [
      'RUN /bin/sh -c npm ci\n # buildkit',
      'RUN /bin/sh -c apt-get update &&   apt-get install x # buildkit',
      'COPY <<EOF /etc/x # buildkit',
    ];
    expect(lines(text, created)).toEqual([2, 5, 7]);
  });

  it('keeps the rest right when an entry is missing', () => {
    const text = 'FROM a\nENV A=1\nRUN one\nRUN two\nRUN three\nCMD ["x"]';
    expect(lines(text, ['ENV A=1', 'RUN /bin/sh -c two', 'RUN /bin/sh -c three', 'CMD ["x"]'])).toEqual([2, 4, 5, 6]);
  });

  it('leaves an entry that no instruction explains without a line', () => {
    expect(lines('FROM a\nRUN one\nCMD ["x"]', ['RUN /bin/sh -c one', 'LABEL made=by-something', 'CMD ["x"]'])).toEqual(
      [2, undefined, 3],
    );
  });

  it('gives what ONBUILD of an earlier stage runs the line of the ONBUILD', () => {
    const text = 'FROM a AS base\nONBUILD RUN echo hi\nFROM base\nRUN two';
    const created = ['ONBUILD RUN echo hi', 'RUN /bin/sh -c echo hi', 'RUN /bin/sh -c two'];
    expect(lines(text, created)).toEqual([2, 2, 4]);
  });

  it('gives what ONBUILD of the base image runs the line of the FROM', () => {
    const created = ['COPY . /app', 'RUN /bin/sh -c npm ci', 'CMD ["x"]'];
    expect(lines('FROM a:onbuild\nCMD ["x"]', created, ['COPY . /app', 'RUN npm ci'])).toEqual([1, 1, 2]);
  });

  it('has no lines for a file without stages', () => {
    expect(lines('', ['RUN x'])).toEqual([undefined]);
  });
});

describe('finalChain', () => {
  it('ends for stages that name themselves', () => {
    expect(finalChain(parseDockerfile('FROM a AS a')).map(({ index }) => index)).toEqual([0]);
  });
});
