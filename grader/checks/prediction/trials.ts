import { base, type Trial } from '../trial.ts';

export const trials: Trial[] = [
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
];
