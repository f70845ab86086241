/** Hostile texts for tests: pieces of Dockerfiles in any order, the same for the same seed. */
const pieces = [
  ...['FROM ', 'FROM a AS b\n', 'RUN ', 'COPY ', 'ADD ', 'ENV ', 'ARG ', 'ONBUILD ', 'WORKDIR ', 'CMD ', 'LABEL '],
  ...[
    '\\',
    '\\\n',
    '`',
    '\n',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    '\v',
    '#',
    '# escape=`\n',
    '# syntax=x\n',
    '\ufeff',
    '\0',
  ],
  ...[
    '<<EOF',
    'EOF\n',
    '<<-',
    '3<<"E"',
    '<<',
    '"',
    "'",
    '$',
    '${',
    '}',
    '${A:-',
    '${A/',
    '//',
    '#',
    '%',
    '$A',
    'A=',
    '=',
  ],
  ...[
    '--from=',
    '--from=b ',
    '--mount=type=bind,from=',
    '--network=host ',
    '--',
    '[',
    ']',
    '["a"]',
    ',',
    '{',
    '\ud800',
    'é',
    '\u00a0',
  ],
  ...['http://x/', '0', '-1', '99999999999', '__proto__', 'constructor', '.git', '/', '.', 'a', 'b', ':'],
];

/** A generator of numbers below `max`, repeatable. */
export function seeded(seed: number): (max: number) => number {
  let state = seed >>> 0;
  return (max) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * max);
  };
}

export function randomDockerfile(random: (max: number) => number): string {
  let text = random(2) === 0 ? 'FROM a AS b\n' : '';
  for (let count = random(50); count > 0; count -= 1) text += pieces[random(pieces.length)];
  return text;
}
