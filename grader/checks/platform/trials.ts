import { base, type Trial } from '../trial.ts';

/** A RUN that writes a program of which there is only the header; `machine` is the processor as printf writes it. */
function elfFor(machine: string): string {
  const zeroes = (count: number): string => '\\000'.repeat(count);
  const header = `\\177ELF\\002\\001\\001${zeroes(9)}\\002\\000${machine}\\000\\001${zeroes(43)}`;
  return `RUN printf "${header}" > /program && chmod +x /program\n`;
}

export const trials: Trial[] = [
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
];
