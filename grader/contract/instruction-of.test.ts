import { expect, test } from 'vitest';
import { instructionOf } from './instruction-of.ts';

test.each([
  ['RUN /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['RUN |2 A=b C=d /bin/sh -c npm ci # buildkit', 'RUN npm ci'],
  ['RUN /bin/bash -o pipefail -c npm ci # buildkit', 'RUN npm ci'],
  ['COPY /app /app # buildkit', 'COPY /app /app'],
  ['CMD ["node"]', 'CMD ["node"]'],
])('%s', (createdBy, instruction) => {
  expect(instructionOf(createdBy)).toBe(instruction);
});

test('a hostile instruction takes no longer than its length', () => {
  const text = `RUN echo a${' '.repeat(60_000)}b`;
  for (let time = 0; time < 300; time += 1) expect(instructionOf(text)).toBe(text);
});
