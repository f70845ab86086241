import { base, serve, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'http',
    params: {
      requests: [
        { path: '/index.html', expect: { headers: { 'content-type': 'text/html' }, body: { contains: 'hello' } } },
      ],
    },
    good: [`${base}${serve}`],
    bad: [
      [
        `${base}CMD ["httpd", "-f", "-p", "3000", "-h", "/tmp"]\n`,
        { message: /GET \/index\.html answered 404, expected 200/ },
      ],
      [
        `${base}CMD ["sh", "-c", "echo no module >&2; exit 3"]\n`,
        { line: 2, message: /exit code 3\. The end of its log: `no module`/ },
      ],
      [
        `${base}CMD ["/app/server"]\n`,
        { line: 2, message: /could not be started: .*The program that CMD or ENTRYPOINT names is not in/ },
      ],
      [
        `${base}CMD ["sh", "-c", "echo listening on 127.0.0.1:3000; exec httpd -f -p 127.0.0.1:3000"]\n`,
        { line: 2, message: /listening on 127\.0\.0\.1:3000.*only the container itself/ },
      ],
    ],
  },
];
