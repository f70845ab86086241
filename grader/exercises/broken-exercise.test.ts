import { relative } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { problemText } from './content-problem.ts';
import { loadExercises } from './load-exercises.ts';
import { type Changes, sampleFiles, writeContent } from './sample-exercise.ts';

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function content(changes: Changes = {}): Promise<string> {
  const { contentDir, remove } = await writeContent(changes);
  removals.push(remove);
  return contentDir;
}

/** Problems as an author reads them, with paths relative to the exercise. */
async function problemsOf(changes: Changes): Promise<string[]> {
  const contentDir = await content(changes);
  const { problems } = await loadExercises(contentDir);
  return problems.map(({ file, ...rest }) =>
    problemText({ file: relative(`${contentDir}/exercises/tiny`, file), ...rest }),
  );
}

const yaml = sampleFiles['exercises/tiny/exercise.yaml'] ?? '';
const withYaml = (from: string, to: string): Changes => ({ 'exercises/tiny/exercise.yaml': yaml.replace(from, to) });

describe('a broken exercise', () => {
  test.each<[string, Changes, string]>([
    [
      'an unknown key',
      withYaml('minutes: 5', 'minutes: 5\nhint: x'),
      'exercise.yaml:7: expected one of the keys title, lesson,',
    ],
    [
      'a wrong type',
      withYaml('minutes: 5', 'minutes: five'),
      'exercise.yaml:6: minutes: expected a number, found "five"',
    ],
    [
      'a missing key',
      withYaml('summary: A very small one.\n', ''),
      'exercise.yaml:1: summary: expected a text, found nothing',
    ],
    [
      'a number where a text should be',
      withYaml('"3000"', '3000'),
      'exercise.yaml:10: run.env.PORT: expected a text, found 3000; put it in quotes: "3000"',
    ],
    [
      'no images',
      withYaml('[node:20-slim]', '[]'),
      'exercise.yaml:7: images: expected at least 1 entry, found an empty list',
    ],
    [
      'points for an unknown check',
      withYaml('minutes: 5', 'minutes: 5\nscore: [{ check: small, points: 5 }]'),
      'exercise.yaml:7: score.0: expected one of the checks, found "small"',
    ],
    [
      'points for seconds of a check that builds once',
      withYaml(
        'minutes: 5',
        'minutes: 5\nscore: [{ check: answers, points: 5, rebuildSeconds: { best: 1, worst: 9 } }]',
      ),
      'exercise.yaml:7: score.0: expected a check that builds again for `rebuildSeconds`, found the type http',
    ],
    [
      'points that grow with the size',
      withYaml('minutes: 5', 'minutes: 5\nscore: [{ check: builds, points: 5, size: { best: 9MB, worst: 3MB } }]'),
      'exercise.yaml:7: score.0.size: expected a `best` that is less than `worst`',
    ],
    [
      'an unknown lesson',
      withYaml('01-basics', '09-more'),
      'exercise.yaml:2: lesson: expected a lesson of content/lessons, found "09-more", but there is no 09-more.mdx',
    ],
    [
      'a lesson outside the folder',
      withYaml('01-basics', '../x'),
      'exercise.yaml:2: lesson: expected the name of a lesson, like 02-two-stages, found "../x"',
    ],
    [
      'an unknown check type',
      withYaml('type: builds', 'type: build'),
      'exercise.yaml:12: checks.0.type: expected "builds" or',
    ],
    [
      'an unknown parameter',
      withYaml('type: user }', 'type: user, uidd: 5 }'),
      'exercise.yaml:18: checks.2: expected one of the keys id, type, title, nonRoot, numeric and uid, found "uidd"; did you mean "uid"?',
    ],
    [
      'a wrong parameter deep inside',
      withYaml('path: /', 'path: time'),
      'exercise.yaml:17: checks.1.requests.0.path: expected a path that starts with /, found "time"',
    ],
    [
      'two checks of one id',
      withYaml('id: not-root', 'id: builds'),
      'exercise.yaml:18: checks.2.id: expected an id of its own, found "builds", which the check on line 12 has',
    ],
    [
      'requests without run settings',
      { 'exercises/tiny/exercise.yaml': yaml.replace(/run:[\s\S]*checks:/, 'checks:') },
      'exercise.yaml:11: checks.1: expected run settings (`run:` with a port) for a check of the type http, found none',
    ],
    ...['process', 'stops', 'read-only', 'healthcheck'].map((type): [string, Changes, string] => [
      `the check ${type} without run settings`,
      {
        'exercises/tiny/exercise.yaml': yaml
          .replace(/run:[\s\S]*checks:/, 'checks:')
          .replace(/type: http[\s\S]*path: \/\n/, `type: ${type}\n`),
      },
      `expected run settings (\`run:\` with a port) for a check of the type ${type}, found none`,
    ]),
    [
      "a value for a switch of BuildKit's",
      withYaml('stack: node', 'stack: node\nbuild: { args: { BUILDKIT_SYNTAX: x } }'),
      'exercise.yaml:6: build.args: expected names of ARGs like VERSION, found "BUILDKIT_SYNTAX"',
    ],
    [
      'an edited file that is not there',
      withYaml('type: user }', "type: cache, edit: src/b.js, cached: [{ matches: 'npm' }] }"),
      'exercise.yaml:18: checks.2: expected a file of app/ (perhaps "src/a.js"), found "src/b.js"',
    ],
    [
      'an edit of a text that does not stand there',
      withYaml('type: user }', "type: target, edits: [{ file: src/a.js, replace: 'b', with: 'c' }] }"),
      'exercise.yaml:18: checks.2: expected a text that stands in app/src/a.js, found "b"',
    ],
    [
      'packages without a lock file',
      withYaml('stack: node', 'stack: node\npackages: [app/src]'),
      'exercise.yaml:6: packages.0: expected a folder with a lock file (package-lock.json, ',
    ],
    [
      'packages outside the exercise',
      withYaml('stack: node', 'stack: node\npackages: [../other]'),
      'exercise.yaml:6: packages.0: expected a folder inside the exercise, like app, found "../other"',
    ],
    [
      'a system package that has no package name',
      withYaml('stack: node', 'stack: node\nsystemPackages: { apt: [libpq5, --help] }'),
      'exercise.yaml:6: systemPackages.apt.1: expected the name of a package, like libpq5',
    ],
    [
      'YAML that is none',
      withYaml('images: [node:20-slim]', 'images: [node:20-slim'),
      'exercise.yaml:8: expected YAML, found: ',
    ],
    [
      'a key that is there twice',
      withYaml('order: 1', 'order: 1\norder: 2'),
      'exercise.yaml:4: expected YAML, found: Map keys must be unique',
    ],
    [
      'a list instead of a mapping',
      { 'exercises/tiny/exercise.yaml': '- a\n' },
      'exercise.yaml:1: expected a mapping, found a list',
    ],
    ['an empty file', { 'exercises/tiny/exercise.yaml': '' }, 'exercise.yaml: expected a mapping, found null'],
    [
      'no exercise.yaml',
      { 'exercises/tiny/exercise.yaml': undefined },
      'exercise.yaml: expected a readable file, found none there',
    ],
    [
      'a hint for an unknown check',
      { 'exercises/tiny/hints.yaml': '- text: A\n- text: B\n  checks:\n    - builds\n    - answer\n' },
      'hints.yaml:5: 1.checks.1: expected one of the checks builds, answers and not-root, found "answer"',
    ],
    [
      'an unknown key of a hint',
      { 'exercises/tiny/hints.yaml': '- text: A\n  tekst: A\n' },
      'hints.yaml:2: 0: expected one of the keys text and checks, found "tekst"; did you mean "text"?',
    ],
    ['no hints', { 'exercises/tiny/hints.yaml': '[]' }, 'hints.yaml:1: expected at least 1 entry, found an empty list'],
    [
      'a mistake refused by an unknown check',
      { 'exercises/tiny/mistakes/one/mistake.yaml': 'title: A\nwhy: B\nrefusedBy: nobody\n' },
      'mistakes/one/mistake.yaml:3: refusedBy: expected one of the checks builds, answers and not-root, found "nobody"',
    ],
    [
      'a mistake with an unknown build error',
      { 'exercises/tiny/mistakes/one/mistake.yaml': 'title: A\nwhy: B\nrefusedBy: builds\nbuildError: oops\n' },
      'mistakes/one/mistake.yaml:4: buildError: expected "policy" or',
    ],
    [
      'a mistake without a Dockerfile',
      { 'exercises/tiny/mistakes/one/Dockerfile': undefined },
      'mistakes/one/Dockerfile: expected a readable file, found none there',
    ],
    [
      'no starter',
      { 'exercises/tiny/starter/Dockerfile': undefined },
      'starter/Dockerfile: expected a readable file, found none there',
    ],
    [
      'an empty solution',
      { 'exercises/tiny/solution/Dockerfile': ' \n' },
      'solution/Dockerfile: expected a Dockerfile, found an empty file',
    ],
    [
      'a Dockerfile that is not UTF-8',
      { 'exercises/tiny/solution/Dockerfile': new Uint8Array([0x46, 0xff, 0xfe]) },
      'solution/Dockerfile: expected UTF-8 text, found other bytes; save the file as UTF-8',
    ],
    [
      'a Dockerfile longer than a learner may send',
      { 'exercises/tiny/solution/Dockerfile': 'x'.repeat(70_000) },
      'solution/Dockerfile: expected at most 65536 bytes, found 70000',
    ],
    [
      'no other right answer',
      { 'exercises/tiny/also-right/other/Dockerfile': undefined, 'exercises/tiny/also-right/other/note.md': undefined },
      'also-right: expected at least 1 folder with a Dockerfile, found none there',
    ],
    [
      'too few mistakes',
      { 'exercises/tiny/mistakes/one/Dockerfile': undefined, 'exercises/tiny/mistakes/one/mistake.yaml': undefined },
      'mistakes: expected at least 3 folders with a Dockerfile, found 2',
    ],
    [
      'no app',
      {
        'exercises/tiny/app/server.js': undefined,
        'exercises/tiny/app/package-lock.json': undefined,
        'exercises/tiny/app/src/a.js': undefined,
      },
      'app: expected a folder with the app, found none there',
    ],
    ['no brief', { 'exercises/tiny/brief.mdx': undefined }, 'brief.mdx: expected a readable file, found none there'],
    [
      'no after.mdx',
      { 'exercises/tiny/after.mdx': undefined },
      'after.mdx: expected a readable file, found none there',
    ],
  ])('with %s says so in one sentence with file and line', async (_name, changes, expected) => {
    const problems = await problemsOf(changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
    expect(problems[0]).not.toContain('\n');
  });

  test('tells all its problems at once', async () => {
    const problems = await problemsOf({
      ...withYaml('minutes: 5', 'minutes: 500'),
      'exercises/tiny/hints.yaml': undefined,
      'exercises/tiny/solution/Dockerfile': '',
      'exercises/tiny/mistakes/two/mistake.yaml': 'title: A\n',
    });
    expect(problems).toHaveLength(5);
  });

  test('with a folder name that is no slug says so', async () => {
    const { problems } = await loadExercises(await content({ 'exercises/My Exercise/exercise.yaml': 'x' }));
    expect(problems.map(({ message }) => message)).toEqual([
      'expected a folder name like go-scratch, found "My Exercise"',
    ]);
  });
});
