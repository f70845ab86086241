import { type Trial, thisRun } from '../trial.ts';

export const trials: Trial[] = [
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
];
