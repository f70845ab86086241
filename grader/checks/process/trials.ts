import { base, serve, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'process',
    params: { is: 'httpd' },
    good: [`${base}${serve}`, `${base}COPY index.html /www/\nCMD httpd -f -p 3000 -h /www\n`],
    bad: [
      [
        `${base}CMD ["sh", "-c", "httpd -f -p 3000; true"]\n`,
        { line: 2, message: /Process 1 is `sh -c.*`, a shell; the app is its child `httpd -f -p 3000`/ },
      ],
      [`${base}CMD ["sleep", "60"]\n`, { line: 2, message: /Process 1 is `sleep 60`; expected httpd/ }],
    ],
  },
];
