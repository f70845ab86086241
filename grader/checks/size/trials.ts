import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'size',
    params: { max: '4MB', ofStarter: 0.9 },
    good: [`${base}COPY index.html /\n`],
    bad: [
      [
        `${base}COPY index.html /\nRUN head -c 5000000 /dev/urandom > /large\n`,
        {
          line: 3,
          message: /is `RUN head -c 5000000 \/dev\/urandom > \/large` on line 3 with 5 MB; the base image brings/,
        },
      ],
    ],
  },
];
