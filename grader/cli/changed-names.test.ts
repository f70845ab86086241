import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changedNames, namesOf } from './changed-names.ts';

test('paths become names of exercises and lessons, each once', () => {
  const paths = [
    'exercises/go-scratch/solution/Dockerfile',
    'exercises/go-scratch/mistakes/root/mistake.yaml',
    'lessons/02-two-stages.mdx',
    'quizzes/02-two-stages.yaml',
    'measurements.json',
    'content.test.ts',
    '',
  ];
  expect(namesOf(paths)).toEqual(['02-two-stages', 'go-scratch']);
});

test('a commit that git does not know is refused in one sentence', async () => {
  const contentDir = join(import.meta.dirname, '../../content');
  await expect(changedNames('no-such-commit', contentDir)).rejects.toThrow(/^Expected a commit .*"no-such-commit"/);
  await expect(changedNames('--output=/tmp/x', contentDir)).rejects.toThrow(/^Expected a commit/);
});
