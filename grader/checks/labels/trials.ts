import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
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
];
