import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'shell',
    params: {},
    good: ['FROM scratch\nCOPY index.html /\n'],
    bad: [
      [`${base}`, { line: 1, message: /comes from the base image/ }],
      [
        `FROM scratch\nCOPY --from=busybox:1.36 /bin/busybox /tools/sh\n`,
        { line: 2, message: /has `\/tools\/sh`\. .* on line 2/ },
      ],
    ],
  },
];
