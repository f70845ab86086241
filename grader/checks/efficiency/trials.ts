import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'efficiency',
    params: { min: 0.9, floor: '100kB' },
    good: [
      `${base}COPY . /app/\n`,
      // Wasted, but fewer bytes than count.
      `${base}COPY index.html /app/\nRUN rm /app/index.html\n`,
    ],
    bad: [
      [
        `${base}RUN head -c 1000000 /dev/urandom > /large\nRUN rm /large\n`,
        {
          line: 3,
          message: /`\/large` with 1 MB from `RUN head.* on line 2 and deleted by `RUN rm \/large` on line 3/,
        },
      ],
      [
        `${base}RUN mkdir /d && head -c 1000000 /dev/urandom > /d/large\nRUN chmod -R 700 /d\n`,
        { line: 3, message: /`\/d\/large` with 1 MB .* written again by `RUN chmod/ },
      ],
      [`${base}RUN rm -rf /bin/*\n`, { line: 2, message: /from the base image and deleted by `RUN rm/ }],
    ],
  },
];
