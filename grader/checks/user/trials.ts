import { base, serve, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'user',
    params: { numeric: true },
    good: [`${base}USER 1000\n${serve}`],
    bad: [
      [`${base}${serve}`, { line: 1, message: /runs as root\. No USER is set/ }],
      [
        `${base}RUN echo app:x:1000:1000::/: >> /etc/passwd\nUSER app\n${serve}`,
        { line: 3, message: /the name `app`/ },
      ],
      [
        `${base}RUN echo toor:x:0:0::/: >> /etc/passwd\nUSER toor\n${serve}`,
        { line: 3, message: /`toor` has the uid 0/ },
      ],
    ],
  },
];
