import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'builds',
    params: {},
    good: [`${base}COPY index.html /\n`],
    bad: [[`${base}COPY missing.html /\n`, { line: 2, message: /missing\.html/ }]],
  },
];
