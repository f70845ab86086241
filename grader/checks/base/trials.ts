import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'base',
    params: { oneOf: ['busybox:1.36'] },
    good: [base],
    bad: [['FROM busybox:1.36 AS a\n\nFROM scratch\nCOPY index.html /\n', { line: 3, message: /stands on scratch/ }]],
  },
];
