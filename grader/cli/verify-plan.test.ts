import { expect, onTestFinished, test } from 'vitest';
import { type Changes, writeContent } from '../exercises/sample-exercise.ts';
import { planVerify } from './verify-plan.ts';

const lesson = '---\ntitle: T\nsummary: S\nminutes: 5\nmodule: M\n---\n\n```dockerfile\nFROM node:20-slim\n```\n';
const quiz = 'lesson: 01-basics\nquestions: [{ id: why, question: Why?, proof: [tiny/mistakes/two, tiny/solution] }]\n';

async function plan(names: string[], changes: Changes = {}) {
  const files = { 'lessons/01-basics.mdx': lesson, 'quizzes/01-basics.yaml': quiz, ...changes };
  const { contentDir, remove } = await writeContent(files);
  onTestFinished(remove);
  const { cases, ...rest } = await planVerify(names, contentDir);
  return { ...rest, cases, names: cases.map((one) => `${one.of} · ${one.name}`) };
}

const ofTiny = [
  'tiny · solution (1st time from clean)',
  'tiny · mistakes/one',
  'tiny · mistakes/three',
  'tiny · mistakes/two',
  'tiny · starter',
  'tiny · also-right/other',
  'tiny · solution (2nd time from clean)',
];

test('an exercise is its cases: only the solution from clean, a mistake for its own check alone', async () => {
  const { names, cases, exercises, problems } = await plan(['tiny']);
  expect(names).toEqual(ofTiny);
  expect(cases.filter(({ clean }) => clean)).toHaveLength(2);
  expect(cases.find(({ name }) => name === 'mistakes/one')?.checks).toEqual(['answers']);
  expect(cases.find(({ name }) => name === 'also-right/other')?.checks).toBeUndefined();
  expect(cases.find(({ name }) => name === 'starter')?.first).toEqual(['builds']);
  expect({ exercises, problems }).toEqual({ exercises: ['tiny'], problems: [] });
});

test('a lesson is the Dockerfiles of its text and what proves its quiz', async () => {
  const { names } = await plan(['01-basics']);
  expect(names).toEqual(['01-basics · line 8', 'tiny · mistakes/two', 'tiny · solution (1st time from clean)']);
});

test('no name means all, each case once', async () => {
  expect((await plan([])).names).toEqual([...ofTiny, '01-basics · line 8']);
});

test('a broken exercise is no case but its problems, and those of others are not told', async () => {
  const broken = { 'exercises/tiny/starter/Dockerfile': undefined };
  const { cases, problems } = await plan(['tiny'], broken);
  expect(cases).toEqual([]);
  expect(problems.map(({ message }) => message)).toEqual(['expected a readable file, found none there']);
  expect((await plan(['01-basics'], broken)).problems.every(({ file }) => !file.includes('/tiny/'))).toBe(true);
});

test('an unknown name is refused with the nearest', async () => {
  await expect(plan(['tinny'])).rejects.toThrow('There is no exercise or lesson "tinny"; did you mean "tiny"?');
  await expect(plan(['02-basics'])).rejects.toThrow('did you mean "01-basics"?');
});
