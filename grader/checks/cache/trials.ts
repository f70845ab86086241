import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'cache',
    params: { edit: 'src/a.js', cached: [{ instruction: 'RUN', matches: 'install' }] },
    good: [`${base}COPY package-lock.json /app/\nRUN echo install\nCOPY src /app/src\n`],
    bad: [
      [
        `${base}COPY package-lock.json /app/\nCOPY src /app/src\nRUN echo install\n`,
        {
          line: 3,
          message:
            /`RUN echo install` on line 4 ran again after an edit of src\/a\.js, because `COPY src \/app\/src` on line 3/,
        },
      ],
      [`${base}COPY package-lock.json /app/\nRUN echo install\n`, { message: /every step came from the cache/ }],
      [`${base}COPY src /app/src\n`, { message: /There is no step that matches RUN install/ }],
    ],
  },
];
