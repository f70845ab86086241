import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
  {
    type: 'target',
    params: { target: 'test', builds: false, edits: [{ file: 'index.html', replace: 'hello', with: 'good bye' }] },
    good: [
      `${base.trim()} AS test\nCOPY index.html /\nRUN grep hello /index.html\n\nFROM scratch\nCOPY index.html /\n`,
      // What it fails at may be far below the target itself.
      `${base.trim()} AS check\nCOPY index.html /\nRUN grep hello /index.html > /ok\n\nFROM scratch AS test\nCOPY --from=check /ok /\n\nFROM scratch\nCOPY index.html /\n`,
    ],
    bad: [
      [
        `${base.trim()} AS tests\nRUN true\n\nFROM scratch\nCOPY index.html /\n`,
        { line: 4, message: /no stage named `test`.*with a name are tests/ },
      ],
      [
        `${base.trim()} AS test\nCOPY index.html /\nRUN grep hello /index.html || true\n\nFROM scratch\nCOPY index.html /\n`,
        { line: 1, message: /should fail, but it builds: no step/ },
      ],
      [
        `${base.trim()} AS test\nCOPY index.html /\nRUN echo always; false\n\nFROM scratch\nCOPY index.html /\n`,
        {
          line: 3,
          message: /does not build: it fails at `\[test 3\/3\] RUN echo always; false` on line 3\. .*`always`/,
        },
      ],
    ],
  },
  {
    type: 'target',
    name: 'target-default',
    params: { builds: false, edits: [{ file: 'index.html', replace: 'hello', with: 'good bye' }] },
    good: [
      `${base.trim()} AS test\nCOPY index.html /\nRUN grep hello /index.html > /ok\n\nFROM scratch\nCOPY --from=test /ok /\nCOPY index.html /\n`,
    ],
    bad: [
      [
        `${base.trim()} AS test\nCOPY index.html /\nRUN grep hello /index.html\n\nFROM scratch\nCOPY index.html /\n`,
        { line: 1, message: /should fail, but it builds\. It does not need stage test on line 1/ },
      ],
    ],
  },
  {
    type: 'target',
    name: 'target-image',
    params: {
      target: 'production',
      isDefault: true,
      shell: false,
      absent: ['**/notes.txt'],
      args: { GREETING: 'hello' },
    },
    good: [
      `ARG GREETING\n${base.trim()} AS build\nARG GREETING\nCOPY . /src/\nRUN test "$GREETING" = hello || test -z "$GREETING"\n\nFROM scratch AS production\nCOPY --from=build /src/index.html /\n`,
      `FROM scratch AS production\nCOPY index.html /\n\nFROM production\n`,
    ],
    bad: [
      [
        `FROM scratch AS production\nCOPY index.html /\n\n${base.trim()} AS dev\nCOPY . /src/\n`,
        { line: 4, message: /without --target, ships stage dev, not what production is/ },
      ],
      [`${base.trim()} AS production\nCOPY index.html /\n`, { message: /has the shell `\/bin\/sh`/ }],
      [`FROM scratch AS production\nCOPY . /\n`, { line: 2, message: /has `\/notes\.txt`; it should not/ }],
    ],
  },
];
