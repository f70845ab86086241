import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'update',
    params: { edit: 'src/a.js', max: '100kB' },
    good: [`${base}RUN head -c 300000 /dev/zero > /libraries\nCOPY src /app/src\n`],
    bad: [
      [
        `${base}COPY src /app/src\nRUN head -c 300000 /dev/zero > /libraries\n`,
        { line: 3, message: /300 kB .* are made anew; the limit is 100 kB/ },
      ],
      [`${base}COPY package-lock.json /app/\n`, { message: /no layer of the image is made anew/ }],
    ],
  },
];
