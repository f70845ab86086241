/** The cache lab on the real engine: what an edit of one file does with each step. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SubmissionEvent } from './contract/submission.ts';
import { ExerciseLibrary } from './exercises/exercise-library.ts';
import { sampleFiles, writeContent } from './exercises/sample-exercise.ts';
import { type OpenGrader, openGrader } from './open-grader.ts';
import { silentProgress } from './progress.ts';
import { readSettings } from './settings.ts';

const dockerfile = [
  'FROM busybox:1.36 AS build',
  'COPY src /src',
  'RUN cat /src/* > /out',
  '',
  'FROM busybox:1.36 AS spare',
  'COPY server.js /',
  '',
  'FROM busybox:1.36',
  'COPY server.js /app/',
  'COPY --from=build /out /out',
  'CMD ["true"]',
  '',
].join('\n');

let grader: OpenGrader;
let removeContent: () => Promise<void>;

beforeAll(async () => {
  const { contentDir, remove } = await writeContent({
    'exercises/tiny/exercise.yaml': sampleFiles['exercises/tiny/exercise.yaml']?.replace(
      'node:20-slim',
      'busybox:1.36',
    ),
    // Nothing is installed.
    'exercises/tiny/app/package-lock.json': undefined,
  });
  removeContent = remove;
  const library = await ExerciseLibrary.open(contentDir);
  const signal = new AbortController().signal;
  grader = await openGrader({ settings: readSettings(), progress: silentProgress, signal, library, fill: false });
});
afterAll(async () => {
  await grader?.close();
  await removeContent?.();
});

async function rebuild(edit: string, text = dockerfile) {
  const events: SubmissionEvent[] = [];
  const result = await grader.rebuild(
    { exercise: 'tiny', dockerfile: text, learner: 'cache-lab-test', edit },
    { emit: (event) => events.push(event), signal: AbortSignal.timeout(280_000) },
  );
  return { result, events };
}

const didOf = ({ steps }: { steps: { line: number; did: string }[] }) => steps.map(({ line, did }) => [line, did]);

test('the steps that take the edited file in run again, those above and beside them do not', async () => {
  const { result, events } = await rebuild('src/a.js');
  expect(result.message).toBeUndefined();
  expect(didOf(result)).toEqual([
    [2, 'runs'],
    [3, 'runs'],
    [9, 'cached'],
    [10, 'runs'],
  ]);
  expect(result.steps[0]).toMatchObject({ text: 'COPY src /src', because: 'it takes src/a.js in' });
  expect(result.steps[3]?.because).toBe('what it takes from `build` is not the same as before');
  expect(events.filter(({ type }) => type === 'phase').map((event) => 'phase' in event && event.phase)).toEqual([
    ...['admit', 'prepare', 'build', 'evidence'],
  ]);
});

test('another file, another answer', async () => {
  const { result } = await rebuild('server.js');
  expect(didOf(result)).toEqual([
    [2, 'cached'],
    [3, 'cached'],
    [9, 'runs'],
    [10, 'runs'],
  ]);
});

test('a Dockerfile that can not be built is an answer and no fault', async () => {
  const { result } = await rebuild('server.js', 'FROM busybox:1.36\nCOPY missing /\n');
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining('missing'), steps: [] });
});
