import { expect, test } from 'vitest';
import { hueOfStage, scanStages } from './scan-stages.ts';

test('every line belongs to the stage of the FROM above it', () => {
  const text = [
    '# syntax comment',
    'FROM node:20 AS build',
    'RUN npm ci',
    '',
    'from --platform=x node:20-slim',
    'CMD ["node"]',
  ];
  const scanned = scanStages(text.join('\n'));
  expect(scanned.stages).toEqual([
    { name: 'build', base: 'node:20', line: 2 },
    { name: 'stage-1', base: 'node:20-slim', line: 5 },
  ]);
  expect(scanned.stageOfLine).toEqual([-1, 0, 0, 0, 1, 1]);
});

test('a FROM inside a continued instruction or a here-document starts no stage', () => {
  const text = ['FROM a', 'RUN echo \\', '# comment', '  FROM b', 'COPY <<EOF /x', 'FROM c', 'EOF', 'FROM d'];
  expect(scanStages(text.join('\n')).stages.map((stage) => stage.base)).toEqual(['a', 'd']);
});

test('an empty text has no stages', () => {
  expect(scanStages('')).toEqual({ stages: [], stageOfLine: [-1] });
});

test('a stage keeps its hue whether it is called by name, by index or as BuildKit calls it', () => {
  const { stages } = scanStages('FROM a AS Build\nFROM b');
  expect(hueOfStage('build', stages)).toBe(0);
  expect(hueOfStage('stage-1', stages)).toBe(1);
  expect(hueOfStage('1', stages)).toBe(1);
  expect(hueOfStage('internal', stages)).toBeUndefined();
  expect(hueOfStage(undefined, stages)).toBeUndefined();
});
