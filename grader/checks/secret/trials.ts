import { base, type Trial, thisRun } from '../trial.ts';

export const trials: Trial[] = [
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
];
