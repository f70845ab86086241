import { base, serve, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'read-only',
    params: { tmpfs: ['/run'], requests: [{ path: '/index.html' }] },
    good: [
      `${base}${serve}`,
      `${base}COPY index.html /\nCMD ["sh", "-c", "cp /index.html /run/ && exec httpd -f -p 3000 -h /run"]\n`,
    ],
    bad: [
      [
        `${base}COPY index.html /\nCMD ["sh", "-c", "cp /index.html /tmp/ && exec httpd -f -p 3000 -h /tmp"]\n`,
        {
          line: 3,
          message: /does not get ready; only `\/run` can be written\. Its log says: `cp: .*Read-only file system`/,
        },
      ],
      [
        `${base}COPY index.html /\nCMD ["sh", "-c", "mkdir /www && cp /index.html /www; cd /www || cd /run; exec httpd -f -p 3000"]\n`,
        { message: /With a read-only root file system: GET \/index\.html answered 404.*Its log says: `mkdir/ },
      ],
    ],
  },
];
