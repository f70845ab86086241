import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'stages',
    params: { min: 2, named: true },
    good: [`${base.trim()} AS build\nCOPY . /src/\n\nFROM busybox:1.36\nCOPY --from=build /src /out/\n`],
    bad: [[`${base}`, { line: 1, message: /made of 1 stage; expected at least 2/ }]],
  },
];
