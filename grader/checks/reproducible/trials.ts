import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'reproducible',
    params: {},
    good: [`${base}COPY index.html /app/\nRUN wc -c < /app/index.html > /app/size.txt\n`],
    bad: [
      [
        `${base}COPY index.html /\nRUN date +%N > /made.txt; cat /proc/sys/kernel/random/uuid >> /made.txt\n`,
        {
          line: 3,
          message: /differ in `\/made\.txt`: the first .* same content\. It comes from `RUN date.* on line 3/,
        },
      ],
      [
        `${base}RUN touch /$(cat /proc/sys/kernel/random/uuid)\n`,
        {
          line: 2,
          message: /differ in `\/[0-9a-f-]+` and `\/[0-9a-f-]+`: the first of them is in one of the two only/,
        },
      ],
    ],
  },
  {
    type: 'reproducible',
    name: 'reproducible-layers',
    params: { compare: 'layers', sourceDateEpoch: 1_700_000_000 },
    good: [
      // The only times that this image store keeps as they are: those of a whole tree that is copied to the root.
      `${base.trim()} AS build\nARG SOURCE_DATE_EPOCH=0\nRUN mkdir -p /out/app && echo hello > /out/app/a && find /out -exec touch -d @$SOURCE_DATE_EPOCH {} +\n\nFROM scratch\nCOPY --from=build /out/ /\n`,
    ],
    bad: [
      [
        `${base.trim()} AS build\nRUN mkdir -p /out/app && echo hello > /out/app/a\n\nFROM scratch\nCOPY --from=build /out/ /\n`,
        {
          line: 5,
          message: /`\/app` and `\/app\/a`: the first of them has the time of the build instead of a fixed one/,
        },
      ],
    ],
  },
];
