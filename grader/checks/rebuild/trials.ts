import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'rebuild',
    params: { edit: 'src/a.js', prints: '^compiled', printsNot: '^downloaded' },
    good: [
      `${base}COPY src /app/src\nRUN --mount=type=cache,target=/kept [ -e /kept/a ] || { touch /kept/a; echo downloaded; }; echo compiled\n`,
    ],
    bad: [
      [
        `${base}COPY src /app/src\nRUN [ -e /kept/a ] || echo downloaded; echo compiled\n`,
        { line: 3, message: /after an edit of src\/a\.js, .* on line 3 printed `downloaded`/i },
      ],
      [`${base}COPY src /app/src\nRUN true\n`, { message: /no step printed/ }],
    ],
  },
];
