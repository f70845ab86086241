import { relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { problemText } from '../exercises/content-problem.ts';
import { type Changes, writeContent } from '../exercises/sample-exercise.ts';
import { readContent } from './check-content.ts';

const front = (module: string, next = 'next: More.\n') =>
  `---\ntitle: T\nsummary: S\nminutes: 5\nmodule: ${module}\n${next}---\n`;
const quiz = (lesson: string, id = `why-${lesson}`, proof = 'tiny/mistakes/one') =>
  `lesson: ${lesson}\nquestions:\n  - id: ${id}\n    question: Why?\n    proof:\n      - tiny/solution\n      - ${proof}\n`;

const whole: Changes = {
  'lessons/01-basics.mdx': `${front('First')}\n## A\n\n\`\`\`dockerfile\nFROM node:20-slim\n\`\`\`\n`,
  'lessons/02-more.mdx': `${front('First', '')}[back](/lessons/01-basics/)\n`,
  'quizzes/01-basics.yaml': quiz('01-basics'),
  'quizzes/02-more.yaml': quiz('02-more'),
  'measurements.json': '{"values": {"image:node:20": {}}}',
};

async function problemsOf(changes: Changes): Promise<string[]> {
  const { contentDir, remove } = await writeContent({ ...whole, ...changes });
  onTestFinished(remove);
  const { problems } = await readContent(contentDir);
  return problems.map(({ file, ...rest }) => problemText({ file: relative(contentDir, file), ...rest }));
}

test('content without a fault has no problem', async () => {
  expect(await problemsOf({})).toEqual([]);
});

describe('content with', () => {
  test.each<[string, Changes, string]>([
    [
      'a lesson without front matter',
      { 'lessons/02-more.mdx': '## A\n' },
      'lessons/02-more.mdx:1: expected front matter between two lines of ---, found none',
    ],
    [
      'a wrong value in the front matter',
      { 'lessons/02-more.mdx': front('First', '').replace('5', 'five') },
      'lessons/02-more.mdx:4: minutes: expected a number, found "five"',
    ],
    [
      'a lesson in the middle that leads nowhere',
      { 'lessons/01-basics.mdx': front('First', '') },
      'lessons/01-basics.mdx:1: next: expected a sentence that leads to the next lesson, found none',
    ],
    [
      'a module in two pieces',
      {
        'lessons/02-more.mdx': front('Second'),
        'lessons/03-again.mdx': `---\nmodule: First\ntitle: T\nsummary: S\nminutes: 5\n---\n`,
        'quizzes/03-again.yaml': quiz('03-again'),
      },
      'lessons/03-again.mdx:2: module: expected the lessons of "First" one after the other, found "Second" between them',
    ],
    [
      'a lesson that builds on a later one',
      { 'lessons/01-basics.mdx': front('First').replace('next:', 'needs: [02-more]\nnext:') },
      'lessons/01-basics.mdx:6: needs: expected lessons before this one, found "02-more"',
    ],
    [
      'a link to nothing below a code block',
      { 'lessons/02-more.mdx': `${front('First', '')}\`\`\`text\na\n\`\`\`\n[x](/lessons/03/)\n` },
      'lessons/02-more.mdx:10: expected a page below /lessons/, found "03"',
    ],
    [
      'a Dockerfile with a wrong mark',
      { 'lessons/02-more.mdx': `${front('First', '')}\`\`\`dockerfile app="tiny" x="y"\nFROM a\n\`\`\`\n` },
      'lessons/02-more.mdx:7: expected one of the marks',
    ],
    [
      'an after-note that cites what is not measured',
      { 'exercises/tiny/after.mdx': 'Well.\n<Measured id="image:node:21" />\n' },
      'exercises/tiny/after.mdx:2: expected a measured value',
    ],
    [
      'a size that was measured before a Dockerfile changed',
      { 'measurements.json': '{"values": {"image:node:20": {},\n"exercise:tiny:solution": {"builtFrom": "old"}}}' },
      'measurements.json:2: expected a size that was measured as the exercise is now, found an older one: exercise:tiny:solution; measure again: npx stagecraft measure tiny',
    ],
    [
      'the size of a mistake that is gone',
      { 'measurements.json': '{"values": {"image:node:20": {},\n"exercise:tiny:mistakes/four": {}}}' },
      'measurements.json:2: expected the size of something that is there, found one of what was removed: exercise:tiny:mistakes/four',
    ],
    [
      'the size of an exercise that is gone',
      { 'measurements.json': '{"values": {"image:node:20": {},\n"exercise:gone:starter": {}}}' },
      'measurements.json:2: expected the size of something that is there, found one of what was removed: exercise:gone:starter; measure again: npx stagecraft measure',
    ],
    [
      'a lesson without a quiz',
      { 'quizzes/02-more.yaml': undefined },
      'quizzes/02-more.yaml: expected a quiz with "lesson: 02-more", found none',
    ],
    [
      'an answer that no build proves',
      { 'quizzes/02-more.yaml': quiz('02-more', 'x', 'tiny/mistakes/four') },
      'quizzes/02-more.yaml:7: questions.0.proof.1: expected a case that verify builds, found "tiny/mistakes/four"; did you mean',
    ],
    [
      'an answer without any proof',
      { 'quizzes/02-more.yaml': 'lesson: 02-more\nquestions: [{ id: x, question: Why?, proof: [] }]\n' },
      'quizzes/02-more.yaml:2: questions.0.proof: expected at least 1 entry, found an empty list',
    ],
    [
      'two questions of one id',
      { 'quizzes/02-more.yaml': quiz('02-more', 'why-01-basics') },
      'quizzes/02-more.yaml:3: questions.0.id: expected an id of its own, found "why-01-basics", which a question of 01-basics has',
    ],
    [
      'a reason for a survivor of no rule',
      { 'exercises/tiny/survivors.yaml': '- rule: drop-usr\n  reason: Another exercise is about users.\n' },
      'exercises/tiny/survivors.yaml:1: 0.rule: expected a mutation rule, found "drop-usr"; did you mean "drop-user"?',
    ],
    [
      'a general reason that speaks of no check type',
      { 'survivors.yaml': '- rule: drop-user\n  withoutChecks: []\n  reason: Not every exercise is about users.\n' },
      'survivors.yaml:2: 0.withoutChecks: ',
    ],
    [
      'an exercise that can not be read',
      {
        'exercises/tiny/starter/Dockerfile': undefined,
        'quizzes/01-basics.yaml': undefined,
        'quizzes/02-more.yaml': undefined,
      },
      'exercises/tiny/starter/Dockerfile: expected a readable file, found none there',
    ],
  ])('%s says so with file and line', async (_name, changes, expected) => {
    const problems = await problemsOf(changes);
    expect(
      problems.some((problem) => problem.startsWith(expected)),
      problems.join('\n'),
    ).toBe(true);
  });
});
