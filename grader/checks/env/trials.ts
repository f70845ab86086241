import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'env',
    params: { has: { NODE_ENV: 'production' }, hasNot: [{ name: '/PASSWORD|TOKEN/' }] },
    good: [`${base}ENV NODE_ENV=production\n`],
    bad: [
      [`${base}ARG NODE_ENV=production\n`, { line: 2, message: /does not set `NODE_ENV`\. ARG on line 2/ }],
      [`${base}ENV NODE_ENV=production DB_PASSWORD=x\n`, { line: 2, message: /has `DB_PASSWORD`: ENV on line 2/ }],
    ],
  },
];
