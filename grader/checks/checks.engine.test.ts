/** Each check type over what the real engine builds: tiny Dockerfiles that pass it, and ones that it must refuse. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../contract/report.ts';
import { problemText } from '../exercises/content-problem.ts';
import { ExerciseLibrary } from '../exercises/exercise-library.ts';
import { type Changes, sampleFiles, writeContent } from '../exercises/sample-exercise.ts';
import { type OpenGrader, openGrader } from '../open-grader.ts';
import { silentProgress } from '../progress.ts';
import { readSettings } from '../settings.ts';
import { checkTypes } from './registry.ts';

const base = 'FROM busybox:1.36\n';
/** What used a secret must not come from the cache of an earlier run: secrets are no part of its keys. */
const thisRun = Date.now();
const largeStarter = `${base}RUN head -c 3000000 /dev/zero > /padding\n`;
const serve = 'COPY index.html /www/index.html\nCMD ["httpd", "-f", "-p", "3000", "-h", "/www"]\n';

/** A shell that serves in the background and ends with this code when the signal comes. */
function trapping(signal: string, exitCode: number): string {
  return `${base}CMD ["sh", "-c", "trap 'exit ${exitCode}' ${signal}; httpd -f -p 3000 -h / & wait"]\n`;
}

interface Subject {
  type: string;
  /** Where one type is tried more than once. @default the type */
  name?: string;
  params: object;
  /** What every build is given. */
  buildArgs?: Record<string, string>;
  /** @default one that is larger than what passes `size` */
  starter?: string;
  good: string[];
  /** With what the report has to say. */
  bad: [dockerfile: string, found: { line?: number; message: RegExp }][];
}

const subjects: Subject[] = [
  {
    type: 'builds',
    params: {},
    good: [`${base}COPY index.html /\n`],
    bad: [[`${base}COPY missing.html /\n`, { line: 2, message: /missing\.html/ }]],
  },
  {
    type: 'size',
    params: { max: '4MB', ofStarter: 0.9 },
    good: [`${base}COPY index.html /\n`],
    bad: [
      [
        `${base}COPY index.html /\nRUN head -c 5000000 /dev/urandom > /large\n`,
        {
          line: 3,
          message: /is `RUN head -c 5000000 \/dev\/urandom > \/large` on line 3 with 5 MB; the base image brings/,
        },
      ],
    ],
  },
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
  {
    type: 'files',
    params: { present: ['/out/index.html'], absent: ['**/notes.txt'] },
    good: [`${base.trim()} AS build\nCOPY . /src/\n\nFROM busybox:1.36\nCOPY --from=build /src/index.html /out/\n`],
    bad: [
      [
        `${base.trim()} AS build\nCOPY . /src/\n\nFROM busybox:1.36\nCOPY --from=build /src /out/\n`,
        { line: 5, message: /`\/out\/notes\.txt` is in the final image; it comes from `COPY/ },
      ],
      [
        `${base}COPY . /out/\nRUN rm /out/notes.txt\n`,
        { line: 2, message: /is deleted later, but still shipped in a layer/ },
      ],
      [
        `${base.trim()} AS build\nCOPY index.html /src/\n\nFROM busybox:1.36\nCOPY --from=build /src /out/\n`,
        { line: 4, message: /No stage before the final one ever had/ },
      ],
    ],
  },
  {
    type: 'secret',
    params: { secretId: 'token', proof: '/proof.txt' },
    good: [
      `${base.trim()} AS build\nRUN --mount=type=secret,id=token sha256sum /run/secrets/token > /proof.txt # ${thisRun}\nCOPY index.html /src/\n\nFROM busybox:1.36\nCOPY --from=build /src /out/\n`,
    ],
    bad: [
      [
        `${base}RUN --mount=type=secret,id=token sha256sum /run/secrets/token > /proof.txt # ${thisRun}\nRUN --mount=type=secret,id=token cp /run/secrets/token /.npmrc\nRUN rm /.npmrc\n`,
        { line: 3, message: /The secret is in `\/\.npmrc` \(`RUN.* on line 3/ },
      ],
      [`${base}COPY index.html /\n`, { message: /so that proves nothing\. No stage has the file `\/proof\.txt`/ }],
      [`${base}RUN echo guess > /proof.txt\n`, { message: /should hold its SHA-256, but holds `guess`/ }],
    ],
  },
  {
    type: 'cache',
    params: { edit: 'src/a.js', cached: [{ instruction: 'RUN', matches: 'install' }] },
    good: [`${base}COPY package-lock.json /app/\nRUN echo install\nCOPY src /app/src\n`],
    bad: [
      [
        `${base}COPY package-lock.json /app/\nCOPY src /app/src\nRUN echo install\n`,
        {
          line: 3,
          message:
            /`RUN echo install` on line 4 ran again after an edit of src\/a\.js, because `COPY src \/app\/src` on line 3/,
        },
      ],
      [`${base}COPY package-lock.json /app/\nRUN echo install\n`, { message: /every step came from the cache/ }],
      [`${base}COPY src /app/src\n`, { message: /There is no step that matches RUN install/ }],
    ],
  },
  {
    type: 'rebuild',
    params: { edit: 'src/a.js', prints: '^compiled', printsNot: '^downloaded' },
    good: [
      `${base}COPY src /app/src\nRUN --mount=type=cache,target=/kept [ -e /kept/a ] || { touch /kept/a; echo downloaded; }; echo compiled\n`,
    ],
    bad: [
      [
        `${base}COPY src /app/src\nRUN [ -e /kept/a ] || echo downloaded; echo compiled\n`,
        { line: 3, message: /after an edit of src\/a\.js, .* on line 3 printed `downloaded`/i },
      ],
      [`${base}COPY src /app/src\nRUN true\n`, { message: /no step printed/ }],
    ],
  },
  {
    type: 'update',
    params: { edit: 'src/a.js', max: '100kB' },
    good: [`${base}RUN head -c 300000 /dev/zero > /libraries\nCOPY src /app/src\n`],
    bad: [
      [
        `${base}COPY src /app/src\nRUN head -c 300000 /dev/zero > /libraries\n`,
        { line: 3, message: /300 kB .* are made anew; the limit is 100 kB/ },
      ],
      [`${base}COPY package-lock.json /app/\n`, { message: /no layer of the image is made anew/ }],
    ],
  },
  {
    type: 'stages',
    params: { min: 2, named: true },
    good: [`${base.trim()} AS build\nCOPY . /src/\n\nFROM busybox:1.36\nCOPY --from=build /src /out/\n`],
    bad: [[`${base}`, { line: 1, message: /made of 1 stage; expected at least 2/ }]],
  },
  {
    type: 'prediction',
    starter: `${base}COPY notes.txt /\nRUN echo notes\nCOPY index.html /\nRUN echo all\n`,
    params: { edit: 'index.html' },
    good: [
      `${base}# cached\nCOPY notes.txt /\n# cached\nRUN echo notes\n# runs: it is the edited file\nCOPY index.html /\n# runs\nRUN echo all\n`,
    ],
    bad: [
      [
        `${base}# cached\nCOPY notes.txt /\n# runs\nRUN echo notes\n# runs\nCOPY index.html /\n# cached\nRUN echo all\n`,
        { line: 4, message: /2 of 4 predictions did not come true.*`RUN echo notes`: you said runs, but it came from/ },
      ],
      [`${base}COPY notes.txt /\n`, { line: 2, message: /end of the file, expected `RUN echo notes`/ }],
      [
        `${base}COPY notes.txt /\nRUN echo notes\n# runs\nCOPY index.html /\n# runs\nRUN echo all\n`,
        { line: 2, message: /2 steps of 4 have no prediction, on lines 2 and 3/ },
      ],
    ],
  },
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
  {
    type: 'platform',
    params: { platform: 'linux/arm64', programs: ['/program'], static: true },
    good: [
      // The header of a program, as short as it can be: 64 bytes that say ELF and which processor.
      `FROM --platform=$BUILDPLATFORM busybox:1.36 AS build\nARG TARGETARCH\n${elfFor('$([ "$TARGETARCH" = arm64 ] && echo "\\\\267" || echo "\\\\76")')}\nFROM scratch\nCOPY --from=build /program /program\n`,
    ],
    bad: [
      [
        `FROM --platform=$BUILDPLATFORM busybox:1.36 AS build\n${elfFor('\\76')}\nFROM scratch\nCOPY --from=build /program /program\nENTRYPOINT ["/program"]\n`,
        { line: 6, message: /says that it is for linux\/arm64, but `\/program` was compiled for amd64/ },
      ],
      [
        `${base.trim()} AS build\n${elfFor('\\267')}\nFROM scratch\nCOPY --from=build /program /program\n`,
        {
          line: 1,
          message: /needs `busybox:1\.36` on line 1 for linux\/arm64, and the base images here are for linux\//,
        },
      ],
      [
        `FROM scratch\nCOPY --from=busybox:1.36 /bin/busybox /program\n`,
        { line: 2, message: /needs `busybox:1\.36` on line 2/ },
      ],
      [`FROM scratch\nCOPY index.html /program\n`, { line: 1, message: /`\/program` is not a compiled program/ }],
      [`FROM scratch\nCOPY index.html /\n`, { line: 1, message: /`\/program` is not in the image for linux\/arm64/ }],
      [
        `FROM --platform=$BUILDPLATFORM busybox:1.36\nCOPY index.html /program\n`,
        {
          line: 1,
          message: /the image says so, but it stands on `busybox:1\.36` on line 1, which is the one for linux/,
        },
      ],
    ],
  },
  {
    type: 'efficiency',
    params: { min: 0.9, floor: '100kB' },
    good: [
      `${base}COPY . /app/\n`,
      // Wasted, but fewer bytes than count.
      `${base}COPY index.html /app/\nRUN rm /app/index.html\n`,
    ],
    bad: [
      [
        `${base}RUN head -c 1000000 /dev/urandom > /large\nRUN rm /large\n`,
        {
          line: 3,
          message: /`\/large` with 1 MB from `RUN head.* on line 2 and deleted by `RUN rm \/large` on line 3/,
        },
      ],
      [
        `${base}RUN mkdir /d && head -c 1000000 /dev/urandom > /d/large\nRUN chmod -R 700 /d\n`,
        { line: 3, message: /`\/d\/large` with 1 MB .* written again by `RUN chmod/ },
      ],
      [`${base}RUN rm -rf /bin/*\n`, { line: 2, message: /from the base image and deleted by `RUN rm/ }],
    ],
  },
  {
    type: 'packages',
    params: { absent: ['development', 'compilers', 'managers', 'caches'], names: ['left-pad'], baseline: ['**/gcc'] },
    good: [
      `${base.trim()} AS build\n${programs('/bin/gcc')}\nFROM busybox:1.36\nCOPY --from=build /etc/passwd /app/node_modules/express/package.json\n`,
    ],
    bad: [
      [`${base}${programs('/usr/bin/gcc')}`, { line: 2, message: /has compilers: `\/usr\/bin\/gcc`\. .* on line 2/ }],
      [`${base}${programs('/usr/bin/npm')}`, { line: 2, message: /has package managers: `\/usr\/bin\/npm`/ }],
      [
        `${base}COPY index.html /app/node_modules/typescript/package.json\n`,
        { line: 2, message: /has development packages of the lock file: `typescript`/ },
      ],
      [
        `${base}COPY index.html /root/.npm/_cacache/index-v5/a\nRUN rm -r /root/.npm\n`,
        { line: 2, message: /has package managers' caches, 6 bytes: `\/root\/\.npm/ },
      ],
      [`${base}COPY index.html /var/lib/dpkg/info/left-pad.list\n`, { line: 2, message: /stay behind: `left-pad`/ }],
      [`${base}COPY index.html /\n`, { line: 1, message: /No stage before the final one ever had `\*\*\/gcc`/ }],
    ],
  },
  {
    type: 'reproducible',
    params: {},
    good: [`${base}COPY index.html /app/\nRUN wc -c < /app/index.html > /app/size.txt\n`],
    bad: [
      [
        `${base}COPY index.html /\nRUN date +%N > /made.txt; cat /proc/sys/kernel/random/uuid >> /made.txt\n`,
        {
          line: 3,
          message: /differ in `\/made\.txt`: the first .* same content\. It comes from `RUN date.* on line 3/,
        },
      ],
      [
        `${base}RUN touch /$(cat /proc/sys/kernel/random/uuid)\n`,
        {
          line: 2,
          message: /differ in `\/[0-9a-f-]+` and `\/[0-9a-f-]+`: the first of them is in one of the two only/,
        },
      ],
    ],
  },
  {
    type: 'reproducible',
    name: 'reproducible-layers',
    params: { compare: 'layers', sourceDateEpoch: 1_700_000_000 },
    good: [
      // The only times that this image store keeps as they are: those of a whole tree that is copied to the root.
      `${base.trim()} AS build\nARG SOURCE_DATE_EPOCH=0\nRUN mkdir -p /out/app && echo hello > /out/app/a && find /out -exec touch -d @$SOURCE_DATE_EPOCH {} +\n\nFROM scratch\nCOPY --from=build /out/ /\n`,
    ],
    bad: [
      [
        `${base.trim()} AS build\nRUN mkdir -p /out/app && echo hello > /out/app/a\n\nFROM scratch\nCOPY --from=build /out/ /\n`,
        {
          line: 5,
          message: /`\/app` and `\/app\/a`: the first of them has the time of the build instead of a fixed one/,
        },
      ],
    ],
  },
  {
    type: 'ssh',
    params: { proof: '/proof.txt' },
    good: [
      `FROM golang:1.22 AS fetch\nRUN --mount=type=ssh ssh-add -L > /proof.txt # ${thisRun}\n\nFROM scratch\nCOPY --from=fetch /proof.txt /\n`,
    ],
    bad: [
      [
        `FROM golang:1.22 AS fetch\nRUN ssh-add -L > /proof.txt 2>&1; true\n\nFROM scratch\nCOPY --from=fetch /proof.txt /\n`,
        { message: /`\/proof\.txt` holds `Could not open a connection.*No RUN mounts the agent/ },
      ],
    ],
  },
  {
    type: 'ssh',
    name: 'ssh-signature',
    params: { proof: '/proof.txt', signs: 'the plans of the north tower\n' },
    good: [
      `FROM golang:1.22 AS fetch\nRUN --mount=type=ssh ssh-add -L > /key.pub && echo the plans of the north tower | ssh-keygen -Y sign -n file -f /key.pub > /proof.txt # ${thisRun}\n\nFROM scratch\nCOPY --from=fetch /proof.txt /\n`,
    ],
    bad: [
      [
        `FROM golang:1.22 AS fetch\nRUN --mount=type=ssh ssh-add -L > /proof.txt # ${thisRun}\n\nFROM scratch\nCOPY --from=fetch /proof.txt /\n`,
        { line: 2, message: /holds `ssh-ed25519 .* it should hold a signature of `the plans/ },
      ],
      [
        `FROM golang:1.22\nRUN ssh-keygen -q -t ed25519 -N '' -f /key && gzip /key\nRUN --mount=type=ssh rm /key.gz && ssh-add -L > /key.pub && echo the plans of the north tower | ssh-keygen -Y sign -n file -f /key.pub > /proof.txt # ${thisRun}\n`,
        { line: 2, message: /^A private key of SSH is in `\/key\.gz`, as gzip/ },
      ],
    ],
  },
  {
    type: 'base',
    params: { oneOf: ['busybox:1.36'] },
    good: [base],
    bad: [['FROM busybox:1.36 AS a\n\nFROM scratch\nCOPY index.html /\n', { line: 3, message: /stands on scratch/ }]],
  },
  {
    type: 'entrypoint',
    params: { startsWith: 'httpd' },
    good: [`${base}${serve}`],
    bad: [
      [`${base}CMD httpd -f -p 3000\n`, { line: 2, message: /CMD on line 2 is not a JSON array/ }],
      [`${base}CMD ["sh", "-c", "httpd -f -p 3000; true"]\n`, { line: 2, message: /Process 1 is `sh -c.*: a shell/ }],
    ],
  },
  {
    type: 'context',
    params: { max: '20kB' },
    good: [`${base}COPY index.html /\n`],
    bad: [
      [
        `${base}COPY . /app/\n`,
        { line: 2, message: /has 200(\.\d+)? kB, but the limit is 20 kB\. `COPY \. \/app\/` on line 2/ },
      ],
    ],
  },
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
  {
    type: 'stops',
    params: { withinMs: 1_500, exitCode: 0 },
    good: [trapping('TERM', 0), `${base}STOPSIGNAL SIGUSR1\n${trapping('USR1', 0).slice(base.length)}`],
    bad: [
      [
        `${base}${serve}`,
        { line: 3, message: /1\.5 s after SIGTERM .* still running\. Process 1 is `httpd.*the kernel drops SIGTERM/ },
      ],
      [
        `${base}COPY index.html /www/\nCMD httpd -f -p 3000 -h /www; true\n`,
        { line: 3, message: /Process 1 is `\/bin\/sh -c httpd.*a shell: it waits for its child `httpd -f -p 3000/ },
      ],
      [trapping('TERM', 3), { line: 2, message: /after SIGTERM, but with exit code 3, not 0/ }],
      [
        `${base}STOPSIGNAL SIGKILL\n${serve}`,
        { line: 4, message: /after SIGKILL, but with exit code 137, .*128 \+ 9/ },
      ],
      [`${base}CMD ["sh", "-c", "exit 4"]\n`, { line: 2, message: /nothing to stop\. .*exit code 4/ }],
    ],
  },
  {
    type: 'labels',
    params: { labels: { 'org.opencontainers.image.version': '/^\\d+\\./', 'org.opencontainers.image.source': true } },
    good: [
      `${base}ARG VERSION=1.2\nLABEL org.opencontainers.image.version=$VERSION org.opencontainers.image.source="x y"\n`,
      `${base.trim()} AS base\nLABEL "org.opencontainers.image.source"=x\n\nFROM base\nLABEL org.opencontainers.image.version 1.0\n`,
    ],
    bad: [
      [base, { message: /no label `org\.opencontainers\.image\.version`/ }],
      [
        `ARG VERSION=1.2\n${base}LABEL org.opencontainers.image.version=$VERSION\n`,
        { line: 3, message: /is empty\. A variable in it has no value there/ },
      ],
      [
        `${base.trim()} AS build\nLABEL org.opencontainers.image.version=1.0\n\n${base}COPY --from=build /bin/sh /sh\n`,
        { line: 2, message: /LABEL on line 2 is in a stage that is not shipped/ },
      ],
    ],
  },
  {
    type: 'env',
    params: { has: { NODE_ENV: 'production' }, hasNot: [{ name: '/PASSWORD|TOKEN/' }] },
    good: [`${base}ENV NODE_ENV=production\n`],
    bad: [
      [`${base}ARG NODE_ENV=production\n`, { line: 2, message: /does not set `NODE_ENV`\. ARG on line 2/ }],
      [`${base}ENV NODE_ENV=production DB_PASSWORD=x\n`, { line: 2, message: /has `DB_PASSWORD`: ENV on line 2/ }],
    ],
  },
  {
    type: 'history',
    params: { absent: ['tok-123'], present: ['COPY'] },
    buildArgs: { GIVEN: 'tok-123' },
    good: [`${base.trim()} AS build\nARG T=tok-123\nRUN echo\n\n${base}COPY --from=build /bin/sh /sh\n`],
    bad: [
      [`${base}ARG T=tok-123\nRUN echo hello\n`, { line: 2, message: /history of the image holds `ARG T=tok-123`/ }],
      [
        `${base}ARG GIVEN\nRUN echo hello\n`,
        { line: 3, message: /holds `RUN \|1 GIVEN=tok-123 .*Build arguments in force at a RUN/ },
      ],
      [`${base}ARG T\nCOPY index.html /\nRUN echo tok-123 >/x\n`, { line: 4, message: /`.*tok-123.*`, from the step/ }],
      [`${base}RUN echo\n`, { message: /No entry in the history of the image matches `COPY`/ }],
    ],
  },
  {
    type: 'image-config',
    params: { exposes: [3000], workingDir: '/app', stopSignal: 'SIGQUIT', volumes: [] },
    good: [`${base}WORKDIR /app\nEXPOSE 3000\nSTOPSIGNAL SIGQUIT\n`],
    bad: [
      [`${base}WORKDIR /app\nSTOPSIGNAL SIGQUIT\n`, { message: /says no ports; expected ports `3000\/tcp`/ }],
      [`${base}WORKDIR app/\nEXPOSE 3000/tcp\nSTOPSIGNAL 15\n`, { line: 4, message: /the stop signal `15`/ }],
      [`${base}WORKDIR /app\nEXPOSE 3000\nSTOPSIGNAL SIGQUIT\nVOLUME /data\n`, { line: 5, message: /`\/data`/ }],
    ],
  },
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
  {
    type: 'healthcheck',
    params: { withinMs: 3_000 },
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

/** A RUN that writes a program of which there is only the header; `machine` is the processor as printf writes it. */
function elfFor(machine: string): string {
  const zeroes = (count: number): string => '\\000'.repeat(count);
  const header = `\\177ELF\\002\\001\\001${zeroes(9)}\\002\\000${machine}\\000\\001${zeroes(43)}`;
  return `RUN printf "${header}" > /program && chmod +x /program\n`;
}

/** A RUN that makes a program. */
function programs(path: string): string {
  return `RUN mkdir -p ${path.replace(/\/[^/]+$/, '')} && cp /bin/busybox ${path}\n`;
}

function exerciseFor({ type, name: slug = type, params, buildArgs = {}, starter = largeStarter }: Subject): Changes {
  const own = Object.entries(sampleFiles).filter(([path]) => path.startsWith('exercises/tiny/'));
  const files = Object.fromEntries(own.map(([path, text]) => [path.replace('/tiny/', `/${slug}/`), text]));
  const dir = `exercises/${slug}`;
  const checks = [{ id: 'the-check', type, ...params }];
  const facts = { title: type, lesson: '01-basics', order: 1, summary: type, stack: 'none', minutes: 1, packages: [] };
  const build = { args: buildArgs };
  // Of the checks only read-only looks at what happens without being able to write.
  const run = { port: 3000, readyPath: '/', readyTimeoutMs: 3_000, readOnly: type !== 'read-only' };
  const mistakes = ['one', 'two', 'three'].map((name) => [
    `${dir}/mistakes/${name}/mistake.yaml`,
    'title: A\nwhy: B\nrefusedBy: the-check\n',
  ]);
  return {
    ...files,
    ...Object.fromEntries(mistakes),
    [`${dir}/exercise.yaml`]: JSON.stringify({ ...facts, images: ['busybox:1.36'], build, run, checks }),
    [`${dir}/hints.yaml`]: '- text: Look.\n',
    [`${dir}/starter/Dockerfile`]: starter,
    [`${dir}/app/index.html`]: 'hello\n',
    [`${dir}/app/notes.txt`]: 'private\n',
    [`${dir}/app/package-lock.json`]: JSON.stringify({ packages: { 'node_modules/typescript': { dev: true } } }),
    [`${dir}/app/large.bin`]: new Uint8Array(200_000).map((_, index) => (index * 7919) % 251),
  };
}

let grader: OpenGrader;
let removeContent: () => Promise<void>;

beforeAll(async () => {
  const { contentDir, remove } = await writeContent(Object.assign({}, ...subjects.map(exerciseFor)));
  removeContent = remove;
  const library = await ExerciseLibrary.open(contentDir);
  expect(library.problems.map(problemText)).toEqual([]);
  const signal = new AbortController().signal;
  grader = await openGrader({ settings: readSettings(), progress: silentProgress, signal, library, fill: false });
});

afterAll(async () => {
  await grader?.close();
  await removeContent?.();
});

async function grade(
  slug: string,
  dockerfile: string,
  learner = 'checks-test',
): Promise<{ verdict: string; check: CheckReport | undefined }> {
  const report = await grader.grade(
    { exercise: slug, dockerfile, learner },
    { emit: () => {}, signal: AbortSignal.timeout(280_000) },
  );
  return { verdict: report.verdict, check: report.checks[0] };
}

test('every check type is tried here', () => {
  const tried = new Set(subjects.map(({ type }) => type));
  expect([...tried].toSorted()).toEqual(checkTypes.map(({ type }) => type).toSorted());
});

describe.each(subjects.map((subject) => [subject.name ?? subject.type, subject] as const))(
  'the check %s',
  (slug, { good, bad }) => {
    test.each(good)('passes %j', async (dockerfile) => {
      const { verdict, check } = await grade(slug, dockerfile);
      expect(check, check?.message).toMatchObject({ status: 'passed' });
      expect(verdict).toBe('passed');
    });
    test.each(bad)('refuses %j', async (dockerfile, { line, message }) => {
      const { verdict, check } = await grade(slug, dockerfile);
      expect(check?.message).toMatch(message);
      expect(check).toMatchObject({ status: 'failed', ...(line !== undefined && { line }) });
      expect(['failed', 'build_failed']).toContain(verdict);
    });
  },
);

test.each(['secret', 'ssh-signature'])(
  'what one learner built with a %s is right for the next one, who gets it from the cache',
  async (name) => {
    const subject = subjects.find((each) => (each.name ?? each.type) === name);
    const dockerfile = subject?.good[0] ?? '';
    for (const learner of ['ada', 'bob']) {
      const { check } = await grade(name, dockerfile, learner);
      expect(check, check?.message).toMatchObject({ status: 'passed' });
    }
  },
);
