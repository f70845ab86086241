import { z } from 'zod';
import type { Evidence, ImageEvidence, ProgramEvidence, TargetEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { finalStage, lastOfFinalImage } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { absolutePathParam } from '../params.ts';
import { list, quote } from '../show.ts';
import { failsToBuild } from '../target/judge-build.ts';

const schema = z.strictObject({
  /** The Dockerfile is built for it, beside the build that is graded. */
  platform: z.string().regex(/^linux\/[a-z0-9_]+(\/v\d+)?$/, 'expected a platform like linux/arm64 or linux/arm/v7'),
  /** Name of a stage; without it, what a plain build ships. */
  target: z.string().min(1).optional(),
  /** Programs whose headers are read; without it, the one that the image's command starts. An empty list: none. */
  programs: z.array(absolutePathParam).optional(),
  /** True: they need no loader and no library. */
  static: z.boolean().optional(),
});
type Params = z.infer<typeof schema>;

export const platform: CheckType<Params> = {
  type: 'platform',
  schema,
  judges: 'image',
  expected({ platform: name, programs, static: isStatic }) {
    const kind = isStatic === undefined ? '' : isStatic ? 'static ' : 'dynamically linked ';
    const inside =
      programs?.length === 0
        ? ''
        : `, and ${programs === undefined ? 'the program that it starts' : list(programs)} ${(programs?.length ?? 1) > 1 ? 'are programs' : `is a ${kind}program`} for it`;
    return `Built for ${name}, the image is for ${name}${inside}.`;
  },
  why: 'An image that says one processor and holds a program for another is pulled, scheduled and started, and then dies with exec format error, on the machines where nobody tried it.',
  needs: (params, checkId) => [
    {
      ...{ kind: 'target', id: checkId },
      build: {
        ...{ target: params.target, platform: params.platform, programs: params.programs ?? [''] },
        ...{ buildArgs: {}, overlay: {}, edits: [], image: true },
      },
    },
  ],
  judge(params, evidence, checkId) {
    if (evidence.image === undefined) return notCollected('an image');
    const built = evidence.targets?.[checkId];
    if (built === undefined) return notCollected(`a build for ${params.platform}`);
    const { image } = built;
    if (!built.ok) return notBuilt(built, params);
    if (image === undefined) return notCollected(`the image for ${params.platform}`);
    const found = platformOf(image);
    if (!isSame(found, params.platform)) return otherPlatform(found, { params, evidence });
    const base = foreignBase({ params, evidence });
    if (base !== undefined) return base;
    for (const [name, program] of Object.entries(built.programs ?? {})) {
      const problem = problemWith({ name, ...program }, { params, evidence });
      if (problem !== undefined) return problem;
    }
    const paths = Object.values(built.programs ?? {}).flatMap(({ path }) => path ?? []);
    const inside =
      paths.length === 0
        ? ''
        : `, and so ${paths.length === 1 ? 'is' : 'are'} ${list(paths.map((path) => quote(path, 80)))}`;
    return passed(found, `The image is for ${found}${inside}.`);
  },
};

interface Context {
  params: Params;
  evidence: Evidence;
}

function notBuilt(built: TargetEvidence, { platform: name }: Params): Judgement {
  const use = built.unavailable?.uses[0];
  if (built.unavailable !== undefined && use !== undefined) {
    const { machine, uses } = built.unavailable;
    const more = uses.length === 1 ? '' : ` (and ${list(uses.slice(1).map(({ line }) => `line ${line}`))})`;
    const message = `A build for ${name} needs ${quote(use.image, 80)} on line ${use.line}${more} for ${name}, and the base images here are for ${machine} only. Elsewhere the registry has it, but its programs would be emulated, many times slower. A stage that only compiles can stand on the machine that builds: see --platform of FROM. What is shipped can start from scratch.`;
    return failed({ actual: `no ${use.image} for ${name}`, message, line: use.line });
  }
  if (built.logTail.some((line) => line.includes('exec format error'))) {
    const step = built.failed;
    const message = `The build for ${name} runs a program of ${name} on this machine, at ${quote(step?.name ?? 'RUN', 100)}: its processor doesn't understand it (exec format error), and nothing here emulates another. Run what has to be run in a stage for the machine that builds.`;
    return failed({ actual: 'exec format error', message, line: step?.line });
  }
  return failsToBuild(built, { title: `The build for ${name}` });
}

function platformOf({ os, architecture, variant }: ImageEvidence): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

/** `arm64` is `arm64/v8`. */
function isSame(found: string, asked: string): boolean {
  const plain = (name: string): string => name.replace(/arm64\/v8$/, 'arm64');
  return plain(found) === plain(asked);
}

function otherPlatform(found: string, { params, evidence }: Context): Judgement {
  const line = finalStage(evidence.dockerfile)?.line;
  const message = `Built for ${params.platform}, the image still is for ${found}: its last stage has a platform of its own. Only stages that stay behind should be built for the machine that builds.`;
  return failed({ actual: found, message, line });
}

/**
 * BuildKit writes the asked platform into the image whatever its base is for. Where the build worked, a base image can
 * only be one for this machine.
 */
function foreignBase({ params, evidence }: Context): Judgement | undefined {
  const own = evidence.image && platformOf(evidence.image);
  const stages = evidence.dockerfile?.stages ?? [];
  let stage =
    params.target === undefined ? finalStage(evidence.dockerfile) : stages.find(({ name }) => name === params.target);
  while (stage?.baseStage !== undefined) stage = stages[stage.baseStage];
  if (own === undefined || isSame(own, params.platform) || stage === undefined || stage.base === 'scratch')
    return undefined;
  const message = `Built for ${params.platform}, the image says so, but it stands on ${quote(stage.base, 80)} on line ${stage.line}, which is the one for ${own}: everything in there is for the machine that builds. Only stages that stay behind should ask for that.`;
  return failed({ actual: `a base image for ${own}`, message, line: stage.line });
}

function problemWith(
  { name, path, elf }: ProgramEvidence & { name: string },
  { params, evidence }: Context,
): Judgement | undefined {
  const line = startLine(evidence);
  const title = name === '' ? 'The program that the image starts' : quote(name, 80);
  if (path === undefined) {
    return failed({ actual: 'no such program', message: `${title} is not in the image for ${params.platform}.`, line });
  }
  const shown = name === '' ? `${title}, ${quote(path, 80)},` : title;
  if (elf === undefined) {
    return failed({ actual: 'no compiled program', message: `${shown} is not a compiled program.`, line });
  }
  const asked = params.platform.split('/')[1] ?? '';
  if (elf.machine !== asked) {
    const message = `The image says that it is for ${params.platform}, but ${lower(shown)} was compiled for ${elf.machine}: there it would die with exec format error. Look at how the compiler learns what to build for.`;
    return failed({ actual: `a program for ${elf.machine}`, message, line });
  }
  if (params.static === undefined || params.static === !elf.dynamic) return undefined;
  const loader = elf.interpreter === undefined ? 'libraries' : `the loader ${quote(elf.interpreter, 80)}`;
  const message = elf.dynamic
    ? `${shown} needs ${loader} when it starts; a static program was expected.`
    : `${shown} is static; expected one that uses the libraries of its image.`;
  return failed({ actual: elf.dynamic ? 'dynamically linked' : 'static', message, line });
}

/** For the middle of a sentence. */
function lower(title: string): string {
  return title.replace(/^The /, 'the ');
}

function startLine({ dockerfile }: Evidence): number | undefined {
  return (lastOfFinalImage(dockerfile, 'ENTRYPOINT') ?? lastOfFinalImage(dockerfile, 'CMD') ?? finalStage(dockerfile))
    ?.line;
}
