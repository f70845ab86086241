import { describe, expect, it } from 'vitest';
import { type HistoryEntry, keywordOf, matchHistory } from './match-history.ts';

const entry = (createdBy: string, sizeBytes = 0): HistoryEntry => ({ createdBy, sizeBytes, comment: '' });

describe('keywordOf', () => {
  it.each([
    ['COPY . . # buildkit', 'COPY'],
    ['RUN |1 A=b /bin/sh -c npm ci # buildkit', 'RUN'],
    ['WORKDIR /app', 'WORKDIR'],
    ['/bin/sh -c #(nop)  CMD ["node"]', 'CMD'],
    ['/bin/sh -c #(nop) ADD file:abc in / ', 'ADD'],
    ['/bin/sh -c apt-get update', 'RUN'],
    ['# debian.sh --arch amd64 out/ bookworm', 'RUN'],
    ['bazel build ...', 'RUN'],
    ['', 'RUN'],
  ])('reads %s', (createdBy, keyword) => {
    expect(keywordOf(createdBy)).toBe(keyword);
  });
});

describe('matchHistory', () => {
  it('gives each entry that made files its layer and none to metadata', () => {
    const history = [
      entry('ADD rootfs.tar /', 70e6),
      entry('CMD ["sh"]'),
      entry('ENV A=b'),
      entry('RUN npm ci', 5e6),
      entry('USER node'),
    ];
    expect(matchHistory(history, [70e6, 5e6])).toEqual([0, undefined, undefined, 1, undefined]);
  });

  it('keeps layers of zero bytes: a directory made by WORKDIR, a link made by RUN', () => {
    const history = [
      entry('ADD rootfs.tar /', 70e6),
      entry('WORKDIR /app'),
      entry('RUN ln -s a b'),
      entry('COPY x .', 10),
    ];
    expect(matchHistory(history, [70e6, 0, 0, 10])).toEqual([0, 1, 2, 3]);
  });

  it('finds which entry of zero bytes has no layer by what is left', () => {
    const history = [entry('WORKDIR /app'), entry('COPY empty .'), entry('WORKDIR /'), entry('EXPOSE 3000')];
    expect(matchHistory(history, [0, 0])).toEqual([0, 1, undefined, undefined]);
  });

  it('trusts sizes when entries of equal kind could be either', () => {
    const history = [entry('RUN a'), entry('RUN b', 300), entry('RUN c'), entry('RUN d', 7)];
    expect(matchHistory(history, [300, 0, 7])).toEqual([undefined, 0, 1, 2]);
  });

  it('accepts sizes that differ a little, because tar and the engine count differently', () => {
    expect(matchHistory([entry('RUN a', 1000), entry('RUN b', 5000)], [1010, 4900])).toEqual([0, 1]);
  });

  it('leaves layers without an entry when the history is missing or too short', () => {
    expect(matchHistory([], [1, 2])).toEqual([]);
    expect(matchHistory([entry('COPY app .', 50)], [70e6, 50])).toEqual([1]);
  });

  it('is fast for the longest history that can be built', () => {
    const history = Array.from({ length: 220 }, (_, index) =>
      entry(index % 2 ? `RUN ${index}` : `ENV A=${index}`, index % 2 ? index : 0),
    );
    const layers = history.filter(({ sizeBytes }) => sizeBytes > 0).map(({ sizeBytes }) => sizeBytes);
    expect(matchHistory(history, layers).filter((layer) => layer !== undefined)).toHaveLength(110);
  });
});
