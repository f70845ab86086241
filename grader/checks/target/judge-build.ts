/** Whether the target is there, and whether it built when it had to, or failed when it had to. */
import type { DockerfileModel } from '../../dockerfile/model.ts';
import type { Evidence, TargetEvidence } from '../../evidence/evidence.ts';
import { limits } from '../../limits.ts';
import type { Judgement } from '../check.ts';
import { finalStage, stageTitle } from '../dockerfile-walk.ts';
import { failed } from '../judgement.ts';
import { duration, list, onLine, plain, quote, sentence } from '../show.ts';
import type { TargetParams } from './check.ts';

export interface TargetContext {
  params: TargetParams;
  evidence: Evidence;
  /** `The target test`. */
  title: string;
}

export function noSuchStage(name: string | undefined, dockerfile: DockerfileModel | undefined): Judgement | undefined {
  const stages = dockerfile?.stages ?? [];
  if (name === undefined || stages.some((stage) => stage.name === name)) return undefined;
  const names = stages.flatMap((stage) => stage.name ?? []);
  const there = names.length === 0 ? 'no stage here has a name' : `the stages with a name are ${list(names, 8)}`;
  return failed({
    actual: `no stage named ${name}`,
    message: `There is no stage named ${quote(name)}, so \`--target ${name}\` has nothing to build: ${there}.`,
    line: finalStage(dockerfile)?.line,
  });
}

export function failsToBuild(built: TargetEvidence, { title }: Pick<TargetContext, 'title'>): Judgement {
  const step = built.failed;
  const where = step === undefined ? '' : ` at ${quote(step.name, 100)}${onLine(step.line)}`;
  const last = built.logTail.filter((line) => line.trim() !== '').slice(-3);
  const said =
    last.length > 0
      ? `The end of its log: ${last.map((line) => quote(line, 120)).join(' ')}.`
      : sentence(plain(built.message ?? 'no reason was given', 300));
  return failed({
    actual: 'does not build',
    message: `${title} does not build: it fails${where}. ${said}`,
    line: step?.line,
  });
}

/** A build that was cut off has not failed: a step that never ends is no test that says no. */
export function stoppedBefore(
  limit: NonNullable<TargetEvidence['stoppedBy']>,
  { title }: Pick<TargetContext, 'title'>,
): Judgement {
  const found =
    limit === 'timeout'
      ? `it was not done after ${duration(limits.evidence.phaseTimeoutMs)}`
      : 'it printed more than is kept';
  const message = `${title} should fail by itself, but it was stopped before its end: ${found}.`;
  return failed({ actual: 'stopped before its end', message });
}

export function unexpectedlyBuilt({ params, evidence, title }: TargetContext): Judgement {
  const { dockerfile } = evidence;
  const stages = dockerfile?.stages ?? [];
  // Only of a plain build is it known here which stages it needs.
  const unused = params.target === undefined ? stages.filter(({ reachable }) => !reachable) : [];
  const first = unused[0];
  if (first !== undefined) {
    const which = unused.map((stage) => `${stageTitle(stage)}${onLine(stage.line)}`);
    const message = `${title} should fail, but it builds. It does not need ${list(which)}, so nothing in there was run.`;
    return failed({ actual: 'builds', message, line: first.line });
  }
  const stage = stages.find(({ name }) => name === params.target) ?? finalStage(dockerfile);
  const message = `${title} should fail, but it builds: no step that it needs looks at what was changed, or the step's failure is ignored.`;
  return failed({ actual: 'builds', message, line: stage?.line });
}
