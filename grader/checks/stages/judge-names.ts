import type { DockerfileModel } from '../../dockerfile/model.ts';
import type { Judgement } from '../check.ts';
import { stageTitle } from '../dockerfile-walk.ts';
import { failed } from '../judgement.ts';
import { count, list, quote } from '../show.ts';

/** A copy that counts stages (`--from=0`) means another one as soon as a stage is added above. */
export function unnamedUse(dockerfile: DockerfileModel): Judgement | undefined {
  const use = dockerfile.instructions.find(
    ({ copy }) => copy?.fromStage !== undefined && copy.from?.toLowerCase() !== dockerfile.stages[copy.fromStage]?.name,
  );
  if (use?.copy?.fromStage === undefined) return undefined;
  const stage = dockerfile.stages[use.copy.fromStage];
  const name = stage?.name;
  const has = name === undefined ? `which has no name (line ${stage?.line})` : `whose name is ${quote(name, 60)}`;
  const message = `${use.keyword} on line ${use.line} refers to a stage by its number, ${use.copy.from}, ${has}.`;
  return failed({ actual: `a stage called ${use.copy.from}`, message, line: use.line });
}

export function unusedStage(dockerfile: DockerfileModel): Judgement | undefined {
  const unused = dockerfile.stages.filter(({ reachable, final }) => !reachable && !final);
  const first = unused[0];
  if (first === undefined) return undefined;
  const names = list(unused.map((stage) => `${stageTitle(stage)} (line ${stage.line})`));
  const message = `The final image needs nothing from ${names}; a build leaves it out, tests and all.`;
  return failed({ actual: `${count(unused.length, 'stage')} not used`, message, line: first.line });
}
