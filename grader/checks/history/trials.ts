import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
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
];
