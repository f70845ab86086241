import { base, serve, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'healthcheck',
    params: { withinMs: 8_000 },
    good: [
      `${base}HEALTHCHECK CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3000/index.html"]\n${serve}`,
      `${base}HEALTHCHECK --timeout=2s CMD wget -q -O- http://127.0.0.1:3000/index.html | grep -q hello\n${serve}`,
    ],
    bad: [
      [`${base}${serve}`, { message: /The image has no health check\.$/ }],
      [`${base}HEALTHCHECK CMD ["true"]\n${serve}`, { line: 2, message: /was frozen .* and `true` still succeeded/ }],
      [
        `${base}HEALTHCHECK CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:3000/none"]\n${serve}`,
        {
          line: 2,
          message: /exit code 1 although the app answers\. It says `wget: server returned error: HTTP\/1\.1 404/,
        },
      ],
      [`${base}HEALTHCHECK CMD curl -f http://x/ || exit 127\n${serve}`, { message: /program is not in this image/ }],
      [
        `${base}HEALTHCHECK CMD ["curl", "x"]\n${serve}`,
        { line: 2, message: /could not be started.*"curl": executable/ },
      ],
      [
        `${base.trim()} AS build\n\nFROM scratch\nCOPY --from=build /bin/busybox /httpd\nCOPY index.html /www/\nHEALTHCHECK CMD wget -q http://127.0.0.1:3000/\nCMD ["/httpd", "-f", "-p", "3000", "-h", "/www"]\n`,
        { line: 6, message: /in shell form, so `\/bin\/sh` has to run it, and this image has no shell/ },
      ],
    ],
  },
];
