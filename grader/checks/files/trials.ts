import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'files',
    params: { present: ['/out/index.html'], absent: ['**/notes.txt'] },
    good: [`${base.trim()} AS build\nCOPY . /src/\n\nFROM busybox:1.36\nCOPY --from=build /src/index.html /out/\n`],
    bad: [
      [
        `${base.trim()} AS build\nCOPY . /src/\n\nFROM busybox:1.36\nCOPY --from=build /src /out/\n`,
        { line: 5, message: /`\/out\/notes\.txt` is in the final image; it comes from `COPY/ },
      ],
      [
        `${base}COPY . /out/\nRUN rm /out/notes.txt\n`,
        { line: 2, message: /is deleted later, but still shipped in a layer/ },
      ],
      [
        `${base.trim()} AS build\nCOPY index.html /src/\n\nFROM busybox:1.36\nCOPY --from=build /src /out/\n`,
        { line: 4, message: /No stage before the final one ever had/ },
      ],
    ],
  },
];
