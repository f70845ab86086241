import { base, type Trial } from '../trial.ts';

/** A RUN that makes a program. */
function programs(path: string): string {
  return `RUN mkdir -p ${path.replace(/\/[^/]+$/, '')} && cp /bin/busybox ${path}\n`;
}

export const trials: Trial[] = [
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
];
