/**
 * What grading costs beyond the build: a submission's time from POST to verdict against plain docker buildx build, run
 * and curl on the same engine, in turns.
 */
import { rm } from 'node:fs/promises';
import { makeContext } from '../build/context.ts';
import { openProgressDisplay } from '../cli/progress-display.ts';
import { chooseLauncher, openEngine } from '../engine/open-engine.ts';
import { StagecraftError } from '../errors.ts';
import type { Exercise } from '../exercises/exercise.ts';
import { loadExercises } from '../exercises/load-exercises.ts';
import { serve } from '../main.ts';
import { silentProgress } from '../progress.ts';
import type { Settings } from '../settings.ts';
import { PlainDocker } from './plain-docker.ts';

const rounds = { cached: 9, cold: 3 } as const;
type Kind = keyof typeof rounds;
/** Exercises that build once and probe once, as one does by hand. */
const slugs = ['ts-two-stages', 'go-scratch'];

export async function overhead(settings: Settings): Promise<void> {
  const display = openProgressDisplay();
  const serving = await serve({ settings: { ...settings, port: 0 }, progress: display.sink, say: display.say });
  try {
    await serving.ready;
    display.close();
    const engine = await openEngine({ settings, progress: silentProgress });
    const status = await (await chooseLauncher(settings)).status();
    const plain = new PlainDocker(engine, { enginePid: status?.pid ?? 0, cacheDir: settings.cacheDir });
    const { exercises } = await loadExercises(settings.contentDir);
    for (const exercise of exercises.filter(({ slug }) => slugs.includes(slug))) {
      for (const kind of ['cached', 'cold'] as const)
        await compare(kind, { exercise, plain, settings, url: serving.url });
    }
    await engine.release();
  } finally {
    await serving.close();
  }
}

interface Bench {
  exercise: Exercise;
  plain: PlainDocker;
  settings: Settings;
  url: string;
}

async function compare(kind: Kind, bench: Bench): Promise<void> {
  const { exercise, plain, settings, url } = bench;
  const context = await makeContext({ homeDir: settings.homeDir, appDir: exercise.appDir, ...exercise.solution });
  const times: { plain: number[]; graded: number[] } = { plain: [], graded: [] };
  const byHand = async () => {
    if (kind === 'cold') await plain.forgetCache();
    if (!exercise.run) throw new StagecraftError('internal', `${exercise.slug} is never run; choose another exercise.`);
    return plain.buildRunCurl(context.dir, exercise.run);
  };
  const graded = async () => {
    if (kind === 'cold') await plain.forgetCache();
    return postToVerdict(url, exercise);
  };
  try {
    if (kind === 'cached') {
      await byHand();
      await graded();
    }
    for (let round = 0; round < rounds[kind]; round += 1) {
      times.plain.push(await byHand());
      times.graded.push(await graded());
    }
  } finally {
    await context.dispose();
    await rm(`${context.dir}.iid`, { force: true });
  }
  const ratio = median(times.graded) / median(times.plain);
  const show = (values: number[]) => `${Math.round(Math.min(...values))}/${Math.round(median(values))}`;
  process.stdout.write(
    `${exercise.slug} ${kind}: by hand ${show(times.plain)} ms, POST to verdict ${show(times.graded)} ms (min/median of ${rounds[kind]}), ratio ${ratio.toFixed(2)}\n`,
  );
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** As a browser does it: a new learner each time, so that no limit of one learner is met. */
async function postToVerdict(url: string, exercise: Exercise): Promise<number> {
  const started = performance.now();
  const posted = await fetch(new URL('/api/submissions', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(url).origin },
    body: JSON.stringify({ exercise: exercise.slug, ...exercise.solution }),
  });
  if (!posted.ok) throw new StagecraftError('internal', `The submission was not taken: ${await posted.text()}`);
  const { id } = (await posted.json()) as { id: string };
  const cookie = posted.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const events = await fetch(new URL(`/api/submissions/${id}/events`, url), { headers: { cookie } });
  let text = '';
  for await (const chunk of events.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  const tookMs = performance.now() - started;
  if (!text.includes('"verdict":"passed"'))
    throw new StagecraftError('internal', `The solution did not pass: ${text.slice(-500)}`);
  return tookMs;
}
