import { z } from 'zod';
import type { EvidenceNeed, TargetBuild } from '../../evidence/need.ts';
import type { CheckType } from '../check.ts';
import { notCollected, passed } from '../judgement.ts';
import { contextPathParam, globsParam, sizeParam, textOrRegexParam } from '../params.ts';
import { list, quote } from '../show.ts';
import { failsToBuild, noSuchStage, stoppedBefore, unexpectedlyBuilt } from './judge-build.ts';
import { judgeImage, judgeShipped } from './judge-image.ts';

const editSchema = z.strictObject({ file: contextPathParam, replace: z.string().min(1), with: z.string() });

const fields = z.strictObject({
  /** Name of a stage; without it, what a plain build ships. */
  target: z
    .string()
    .regex(/^[a-z][a-z0-9_.-]*$/, 'expected the name of a stage in lower case, like test')
    .optional(),
  /** False: the build has to fail, and the same build of the unchanged app has to succeed. */
  builds: z.boolean().default(true),
  args: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected a name like VERSION'), z.string()).default({}),
  /** Texts by path that are laid over the app. */
  overlay: z.record(contextPathParam, z.string()).default({}),
  edits: z.array(editSchema).default([]),
  /** What the change is, for people: `a test fails`. */
  when: z.string().min(1).optional(),
  /** A plain build has to ship this stage (or must not). */
  isDefault: z.boolean().optional(),
  max: sizeParam.optional(),
  min: sizeParam.optional(),
  nonRoot: z.boolean().optional(),
  shell: z.boolean().optional(),
  present: globsParam.optional(),
  absent: globsParam.optional(),
  /** In ENTRYPOINT and CMD, joined by spaces. */
  command: textOrRegexParam.optional(),
});
export type TargetParams = z.infer<typeof fields>;

const schema = fields
  .refine((params) => params.builds || !asksForImage(params), {
    error: 'expected a target that builds for max, min, nonRoot, shell, present, absent, command and isDefault',
  })
  .refine((params) => params.isDefault === undefined || params.target !== undefined, {
    error: 'expected `target` beside `isDefault`, found none',
  })
  .refine((params) => params.builds || isChanged(params) || params.target !== undefined, {
    error: 'expected a `target`, or a change (`edits`, `overlay`, `args`), that makes the build fail, found neither',
  });
export const target: CheckType<TargetParams> = {
  type: 'target',
  schema,
  judges: 'image',
  expected(params) {
    const { builds, isDefault } = params;
    const end = builds ? 'builds' : 'fails';
    const asked = properties(params);
    const being = asked.length > 0 ? ` and ${list(asked, 6)}` : '';
    const shipped =
      isDefault === undefined ? '' : `, and is ${isDefault ? '' : 'not '}what a plain \`docker build\` ships`;
    return `${subjectOf(params)} ${end}${being}${shipped}.`;
  },
  why: 'One Dockerfile serves development, tests and production by its targets; what CI relies on is that each of them does what its name says, and that the plain build ships the right one.',
  needs: (params, checkId) => [
    need(checkId, buildOf(params)),
    ...(needsBaseline(params) ? [need(baselineId(checkId), { ...unchanged(params), image: false })] : []),
  ],
  judge(params, evidence, checkId) {
    if (evidence.image === undefined) return notCollected('an image');
    const missing = noSuchStage(params.target, evidence.dockerfile);
    if (missing !== undefined) return missing;
    const built = evidence.targets?.[checkId];
    if (built === undefined) return notCollected('the build of another target');
    const context = { params, evidence, title: subjectOf(params) };
    if (!params.builds) {
      const baseline = evidence.targets?.[baselineId(checkId)];
      if (needsBaseline(params) && baseline === undefined) return notCollected('the build of the unchanged app');
      if (baseline?.ok === false)
        return failsToBuild(baseline, { ...context, title: subjectOf({ ...params, when: '' }) });
      if (built.ok) return unexpectedlyBuilt(context);
      if (built.stoppedBy !== undefined) return stoppedBefore(built.stoppedBy, context);
      const step = built.failed === undefined ? '' : ` at ${quote(built.failed.name, 100)}`;
      return passed('fails as it should', `${context.title} fails${step}, as it should.`);
    }
    if (!built.ok) return failsToBuild(built, context);
    const problem = judgeImage(built, context) ?? judgeShipped(built, context);
    return (
      problem ?? passed('builds', `${context.title} builds${asksForImage(params) ? ' and is as it should be' : ''}.`)
    );
  },
};

type Asked = Omit<TargetParams, 'builds'>;

function asksForImage(params: Asked): boolean {
  const { max, min, nonRoot, shell, present, absent, command, isDefault } = params;
  return [max, min, nonRoot, shell, present, absent, command, isDefault].some((value) => value !== undefined);
}

function isChanged({ args, overlay, edits }: Asked): boolean {
  return edits.length > 0 || Object.keys(overlay).length > 0 || Object.keys(args).length > 0;
}

/** That a build fails proves something only where it succeeds without the change; a plain one has, or nothing is judged. */
function needsBaseline(params: TargetParams): boolean {
  return !params.builds && isChanged(params) && params.target !== undefined;
}

function baselineId(checkId: string): string {
  return `${checkId}#unchanged`;
}

function need(id: string, build: TargetBuild): EvidenceNeed {
  return { kind: 'target', id, build };
}

function buildOf(params: TargetParams): TargetBuild {
  const { args: buildArgs, overlay, edits } = params;
  return { target: params.target, buildArgs, overlay, edits, image: asksForImage(params) };
}

function unchanged(params: TargetParams): TargetBuild {
  return { ...buildOf(params), buildArgs: {}, overlay: {}, edits: [] };
}

/** `The target test`, `The default build when a test fails`. */
function subjectOf({ target: name, when, args, overlay, edits }: TargetParams): string {
  const what = name === undefined ? 'The default build' : `The target ${name}`;
  if (when !== undefined) return when === '' ? what : `${what}, when ${when},`;
  const changed = [...new Set([...Object.keys(overlay), ...edits.map(({ file }) => file)])];
  const withArgs = Object.entries(args).map(([key, value]) => `${key}=${value}`);
  const parts = [
    ...(changed.length > 0 ? [`with a changed ${list(changed)}`] : []),
    ...(withArgs.length > 0 ? [`with ${list(withArgs)}`] : []),
  ];
  return parts.length === 0 ? what : `${what} ${parts.join(' and ')}`;
}

function properties({ nonRoot, shell, present, absent, command, ...params }: TargetParams): string[] {
  const { max, min } = params;
  return [
    ...(max === undefined && min === undefined ? [] : ['has the right size']),
    ...(nonRoot === undefined ? [] : [nonRoot ? 'does not run as root' : 'runs as any user']),
    ...(shell === undefined ? [] : [shell ? 'has a shell' : 'has no shell']),
    ...(present === undefined ? [] : [`has ${list(present, 5)}`]),
    ...(absent === undefined ? [] : [`does not have ${list(absent, 5)}`]),
    ...(command === undefined ? [] : [`starts with the command ${quote(command, 60)}`]),
  ];
}
