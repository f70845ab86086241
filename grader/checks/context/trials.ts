import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'context',
    params: { max: '20kB' },
    good: [`${base}COPY index.html /\n`],
    bad: [
      [
        `${base}COPY . /app/\n`,
        { line: 2, message: /has 200(\.\d+)? kB, but the limit is 20 kB\. `COPY \. \/app\/` on line 2/ },
      ],
    ],
  },
];
