import { base, serve, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'entrypoint',
    params: { startsWith: 'httpd' },
    good: [`${base}${serve}`],
    bad: [
      [`${base}CMD httpd -f -p 3000\n`, { line: 2, message: /CMD on line 2 is not a JSON array/ }],
      [`${base}CMD ["sh", "-c", "httpd -f -p 3000; true"]\n`, { line: 2, message: /Process 1 is `sh -c.*: a shell/ }],
    ],
  },
];
