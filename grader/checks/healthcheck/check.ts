import { z } from 'zod';
import type { Evidence, HealthEvidence } from '../../evidence/evidence.ts';
import { limits } from '../../limits.ts';
import type { CheckType, Judgement } from '../check.ts';
import { lastOfFinalImage } from '../dockerfile-walk.ts';
import { whyNotReady } from '../http/explain-run.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { shellsIn } from '../shell/shells-in.ts';
import { duration, quote } from '../show.ts';

const schema = z.strictObject({
  /** From the moment on when the app answers. */
  withinMs: z.number().int().min(100).max(limits.run.healthWaitMsMax).default(5_000),
  /** It must not succeed while process 1 can't answer. Not judged where process 1 has children. */
  asksTheApp: z.boolean().default(true),
});
type Params = z.infer<typeof schema>;

export const healthcheck: CheckType<Params> = {
  type: 'healthcheck',
  schema,
  judges: 'image',
  expected: ({ withinMs, asksTheApp }) =>
    `The image has a HEALTHCHECK that succeeds within ${duration(withinMs)} once the app answers${asksTheApp ? ', and only then' : ''}.`,
  why: 'A process that runs is not yet a service that answers: the health check is how the platform tells one from the other and restarts what hangs.',
  needs: ({ withinMs }) => [{ kind: 'health', waitMs: withinMs }],
  judge(params, evidence) {
    const { image, run } = evidence;
    if (image === undefined || run === undefined) return notCollected('a run of the container');
    const written = lastOfFinalImage(evidence.dockerfile, 'HEALTHCHECK');
    const line = written?.line;
    const [kind] = image.config.healthcheck ?? [];
    if (kind === undefined || kind === '') return judgeMissing(evidence);
    if (kind === 'NONE') {
      return failed({ actual: 'HEALTHCHECK NONE', message: 'HEALTHCHECK NONE takes the health check away.', line });
    }
    if (!run.started || !run.ready || run.exitCode !== undefined) {
      const { actual, message } = whyNotReady(run, image);
      return failed({ actual, message: `The health check had nothing to ask. ${message}`, line });
    }
    if (run.health === undefined) return notCollected('the health check');
    const problem = problemWith(run.health, params, evidence);
    if (problem !== undefined) return failed({ ...problem, line });
    return asExpected(run.health);
  },
};

type Problem = { actual: string; message: string };

function judgeMissing({ dockerfile }: Evidence): Judgement {
  const other = dockerfile?.instructions.find(({ keyword }) => keyword === 'HEALTHCHECK');
  const hint = other === undefined ? '' : ` HEALTHCHECK on line ${other.line} is in a stage that is not shipped.`;
  return failed({ actual: 'no HEALTHCHECK', message: `The image has no health check.${hint}`, line: other?.line });
}

function problemWith(health: HealthEvidence, params: Params, evidence: Evidence): Problem | undefined {
  const { healthyAfterMs, whileFrozen, argv } = health;
  if (healthyAfterMs === undefined) return unhealthy(health, evidence);
  if (healthyAfterMs > params.withinMs) {
    const message = `The health check succeeded ${duration(healthyAfterMs)} after the app answered; expected within ${duration(params.withinMs)}.`;
    return { actual: `healthy after ${duration(healthyAfterMs)}`, message };
  }
  if (!params.asksTheApp || whileFrozen?.exitCode !== 0) return undefined;
  return {
    actual: 'healthy while the app hangs',
    message: `The app was frozen so that it could not answer anything, and ${shown(argv)} still succeeded: it does not ask the app.`,
  };
}

function unhealthy({ argv, attempt, waitedMs }: HealthEvidence, evidence: Evidence): Problem {
  const { exitCode, output, started } = attempt;
  if (!started) return notStartable(argv, { output, evidence });
  if (exitCode === undefined) {
    const message = `The health check ${shown(argv)} was still running after ${duration(Math.min(waitedMs, limits.run.healthAttemptMs))}.${localhostHint(argv)}`;
    return { actual: 'the health check hangs', message };
  }
  const last = output.trim().split('\n').at(-1)?.trim() ?? '';
  const said = last === '' ? 'It wrote nothing.' : `It says ${quote(last, 160)}.`;
  return {
    actual: `unhealthy, exit code ${exitCode}`,
    message: `The health check ${shown(argv)} ended with exit code ${exitCode} although the app answers. ${said}${exitCode === 127 ? notFoundHint() : localhostHint(argv)}`,
  };
}

function notStartable(argv: string[], { output, evidence }: { output: string; evidence: Evidence }): Problem {
  const [program = ''] = argv;
  const { image } = evidence;
  const shellForm = image?.config.healthcheck?.[0] === 'CMD-SHELL';
  if (shellForm && image !== undefined && shellsIn(image.files).length === 0) {
    return {
      actual: 'a shell form without a shell',
      message: `The health check is in shell form, so ${quote(program, 60)} has to run it, and this image has no shell. Write it as HEALTHCHECK CMD with a JSON array.`,
    };
  }
  const words = /exec: ("[^"]*": .*?)(?:: unknown)?\s*$/m.exec(output)?.[1] ?? output;
  return {
    actual: 'could not be started',
    message: `The health check ${shown(argv)} could not be started in this image: ${quote(words, 160)}.`,
  };
}

function notFoundHint(): string {
  return ' That code means that the program is not in this image.';
}

/** BusyBox and musl take the first address, and a server on 0.0.0.0 does not listen on ::1. */
function localhostHint(argv: string[]): string {
  if (!argv.some((word) => word.includes('localhost'))) return '';
  return ' `localhost` may mean ::1 in a container; 127.0.0.1 has no second meaning.';
}

function asExpected({ healthyAfterMs = 0, argv, whileFrozen }: HealthEvidence): Judgement {
  const noticed = whileFrozen === undefined ? '' : ', and noticed that the app was frozen';
  return passed(
    `healthy after ${duration(healthyAfterMs)}`,
    `The health check ${shown(argv)} succeeded ${duration(healthyAfterMs)} after the app answered${noticed}.`,
  );
}

function shown(argv: string[]): string {
  return quote(argv.join(' '), 120);
}
