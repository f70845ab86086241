import { expect, test } from 'vitest';
import type { VertexReport } from '../../../grader/contract/report.ts';
import { savedTimes, stepText } from './saved-time.ts';

const ran = (name: string, durationMs: number, parts: Partial<VertexReport> = {}): VertexReport => ({
  ...{ name, stage: 'build', instruction: 'RUN', cached: false, durationMs },
  ...parts,
});
const cached = (name: string, parts: Partial<VertexReport> = {}) => ran(name, 0, { cached: true, ...parts });
const install = '[build 3/6] RUN npm ci';

test.each<[string, VertexReport, VertexReport[][], unknown]>([
  [
    'the last attempt that ran it',
    cached(install),
    [[cached(install)], [ran(install, 40)], [ran(install, 90)]],
    { ms: 40, attempt: 8 },
  ],
  ['also when its number has changed', cached('[build 4/7] RUN npm ci'), [[ran(install, 40)]], { ms: 40, attempt: 9 }],
  [
    'of two stages its own',
    cached(install),
    [[ran(install, 5, { stage: 'other' }), ran(install, 40)]],
    { ms: 40, attempt: 9 },
  ],
  [
    'another stage’s when its own never ran',
    cached(install),
    [[ran(install, 5, { stage: 'other' })]],
    { ms: 5, attempt: 9 },
  ],
  [
    'not one that failed',
    cached(install),
    [[ran(install, 40, { error: 'exit code: 1' })], [ran(install, 30)]],
    { ms: 30, attempt: 8 },
  ],
  ['nothing for what nobody ran', cached(install), [[ran('[build 3/6] RUN npm install', 40)]], undefined],
  ['nothing for what ran now', ran(install, 12), [[ran(install, 40)]], undefined],
])('saved: %s', (_, vertex, earlier, expected) => {
  const attempts = earlier.map((vertexes, index) => ({ attempt: 9 - index, vertexes }));
  expect(savedTimes([vertex], attempts).get(vertex)).toEqual(expected);
});

test('a step is called by what it does', () => {
  expect(stepText('[linux/amd64 build 3/6] RUN [ -f x ] && true')).toBe('RUN [ -f x ] && true');
  expect(stepText('exporting to image')).toBe('exporting to image');
});
