/** What `verify` prints: one line per case as it ends, and a summary with the slowest. */
import { styleText } from 'node:util';
import type { Phase } from '../contract/submission.ts';
import type { PhaseTimes } from '../phase-times.ts';
import type { VerifyOutcome } from '../verify-exercise.ts';

const slowestShown = 8;
/** Of a build's step; shorter ones are not worth sharing. */
const longStepMs = 500;
const shownPhases: Phase[] = ['prepare', 'build', 'evidence'];

export const totalMs = (times: PhaseTimes) => Object.values(times).reduce((sum, ms) => sum + ms, 0);

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export function lineOf(outcome: VerifyOutcome): string {
  const mark = outcome.ok ? styleText('green', '✓') : styleText('red', '✗');
  const took = styleText('dim', seconds(totalMs(outcome.times)));
  return `${mark} ${outcome.case.of} · ${outcome.case.name} ${took}: ${outcome.message}`;
}

/** The slowest cases and exercises, with the phases that their time went into. */
export function slowestLines(outcomes: readonly VerifyOutcome[]): string[] {
  if (outcomes.length <= slowestShown) return [];
  const cases = outcomes.map(({ case: { of, name }, times }) => ({ title: `${of} · ${name}`, times }));
  const groups = Map.groupBy(outcomes, (outcome) => outcome.case.of);
  const whole = [...groups].map(([title, all]) => ({ title, times: sumOf(all.map(({ times }) => times)) }));
  const all = { title: 'all cases', times: sumOf(outcomes.map(({ times }) => times)) };
  return [
    'Slowest cases:',
    ...slowest(cases),
    ...(groups.size > 1 ? ['Slowest exercises and lessons:', ...slowest(whole)] : []),
    timesLine(all),
  ];
}

interface Timed {
  title: string;
  times: PhaseTimes;
}

function slowest(timed: Timed[]): string[] {
  return timed
    .toSorted((one, other) => totalMs(other.times) - totalMs(one.times))
    .slice(0, slowestShown)
    .map(timesLine);
}

function timesLine({ title, times }: Timed): string {
  const phases = shownPhases.map((phase) => `${phase} ${seconds(times[phase] ?? 0)}`).join(', ');
  return `  ${seconds(totalMs(times)).padStart(8)}  ${title} (${phases})`;
}

function sumOf(all: PhaseTimes[]): PhaseTimes {
  const sum: PhaseTimes = {};
  for (const times of all) {
    for (const [phase, ms] of Object.entries(times) as [Phase, number][]) sum[phase] = (sum[phase] ?? 0) + ms;
  }
  return sum;
}

/** `--json`: for scripts that look for where the time goes. Of the build's steps those that no cache had. */
export function outcomeJson({ case: { of, name }, ok, message, report, times }: VerifyOutcome) {
  const rounded = Object.fromEntries(Object.entries(times).map(([phase, ms]) => [phase, Math.round(ms)]));
  const built = report?.build.vertexes.filter(({ cached, durationMs }) => !cached && durationMs >= longStepMs) ?? [];
  const steps = built.map((step) => ({ name: step.name, ms: Math.round(step.durationMs) }));
  return { of, name, ok, message, totalMs: Math.round(totalMs(times)), phasesMs: rounded, steps };
}
