import { z } from 'zod';
import type { DockerfileModel } from '../../dockerfile/model.ts';
import type { CheckType, Judgement } from '../check.ts';
import { finalStage } from '../dockerfile-walk.ts';
import { failed, passed, unreadableDockerfile } from '../judgement.ts';
import { regexParam } from '../params.ts';
import { count } from '../show.ts';
import { type CopyRule, copyProblem } from './judge-copies.ts';
import { unnamedUse, unusedStage } from './judge-names.ts';

const copySchema = z.strictObject({
  /** Regex over the sources of COPY and ADD. */
  matches: regexParam,
  mustBeFrom: z.enum(['stage', 'image', 'context']),
});

const schema = z
  .strictObject({
    /** Stages that the final image needs. */
    min: z.number().int().min(1).optional(),
    /** All stages. */
    max: z.number().int().min(1).optional(),
    named: z.literal(true).optional(),
    copies: z.array(copySchema).min(1).optional(),
    allUsed: z.literal(true).optional(),
  })
  .refine((params) => Object.values(params).some((value) => value !== undefined), {
    error: 'expected `min`, `max`, `named`, `copies` or `allUsed`, found none of them',
  })
  .refine(({ min = 1, max = min }) => min <= max, { error: 'expected `min` to be at most `max`' });
type Params = z.infer<typeof schema>;

export const stages: CheckType<Params> = {
  type: 'stages',
  schema,
  judges: 'text',
  expected({ min, max, named, copies, allUsed }) {
    const parts = [
      ...(min === undefined && max === undefined ? [] : [`there are ${range(min, max)}`]),
      ...(named ? ['stages that others use have names'] : []),
      ...(allUsed ? ['the final image needs every stage'] : []),
      ...(copies ?? []).map(describeRule),
    ];
    return `In the Dockerfile, ${parts.join('; ')}.`;
  },
  why: 'What a stage needs to build stays behind in that stage: only what is copied from it is shipped. Names keep those copies right when somebody adds a stage.',
  judge(params, { dockerfile }) {
    const final = finalStage(dockerfile);
    if (dockerfile === undefined || final === undefined) return unreadableDockerfile();
    const problem =
      countProblem(dockerfile, params) ??
      (params.named ? unnamedUse(dockerfile) : undefined) ??
      (params.allUsed ? unusedStage(dockerfile) : undefined) ??
      firstCopyProblem(dockerfile, params.copies);
    const found = count(dockerfile.stages.length, 'stage');
    return problem ?? passed(found, `The Dockerfile has ${found}, as expected.`);
  },
};

function countProblem(dockerfile: DockerfileModel, { min = 1, max }: Params): Judgement | undefined {
  const all = dockerfile.stages.length;
  const needed = dockerfile.stages.filter(({ reachable, final }) => reachable || final).length;
  const line = finalStage(dockerfile)?.line;
  if (needed < min) {
    const idle = all === needed ? '' : ` (of ${all}: the others are not needed by it, so they are never built)`;
    const message = `The final image is made of ${count(needed, 'stage')}${idle}; expected at least ${min}.`;
    return failed({ actual: count(needed, 'stage'), message, line });
  }
  if (max === undefined || all <= max) return undefined;
  return failed({
    actual: count(all, 'stage'),
    message: `There are ${count(all, 'stage')}; expected at most ${max}.`,
    line: dockerfile.stages[max]?.line,
  });
}

function firstCopyProblem(dockerfile: DockerfileModel, rules: CopyRule[] = []): Judgement | undefined {
  for (const rule of rules) {
    const problem = copyProblem(dockerfile, rule);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && min === max) return count(min, 'stage');
  if (max === undefined) return `at least ${count(min ?? 1, 'stage')}`;
  return min === undefined ? `at most ${count(max, 'stage')}` : `${min} to ${max} stages`;
}

function describeRule({ matches, mustBeFrom }: CopyRule): string {
  const source = { stage: 'another stage', image: 'an image', context: 'the build context' }[mustBeFrom];
  return `what matches ${matches} is copied from ${source}`;
}
