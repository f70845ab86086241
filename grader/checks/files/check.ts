import { z } from 'zod';
import type { Evidence, ImageEvidence, StageFilesEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { finalChain, finalStage } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { globMatcher, globsParam } from '../params.ts';
import { count, list, plain, quote, sentence } from '../show.ts';

const schema = z
  .strictObject({
    /** Each glob has to match something in the final file system. */
    present: globsParam.optional(),
    /** Nothing may match, in the final file system or in a layer that the Dockerfile made. */
    absent: globsParam.optional(),
    /** What has to exist in a stage that is not shipped; without it any of `absent`, where there are several stages. */
    baseline: z.union([globsParam, z.literal(false)]).optional(),
  })
  .refine(({ present, absent }) => present !== undefined || absent !== undefined, {
    error: 'expected `present` or `absent`, found neither',
  });
type Params = z.infer<typeof schema>;

export const files: CheckType<Params> = {
  type: 'files',
  schema,
  judges: 'image',
  expected({ present, absent }) {
    const parts = [
      ...(present === undefined ? [] : [`has ${list(present, 5)}`]),
      ...(absent === undefined ? [] : [`does not have ${list(absent, 5)}`]),
    ];
    return `The final image ${parts.join(' and ')}.`;
  },
  why: 'What is in the image is shipped, pulled and scanned, and anyone who can pull it can read it, also what a later layer deletes.',
  needs(params, checkId) {
    const globs = baselineGlobs(params);
    return [
      { kind: 'layer-files' },
      ...(globs.length > 0 ? [{ kind: 'stage-files' as const, id: checkId, globs }] : []),
    ];
  },
  judge(params, evidence, checkId) {
    const { image } = evidence;
    if (image === undefined) return notCollected('an image');
    const problem =
      missingFrom(image, { params, evidence }) ??
      unwantedIn(image, params.absent) ??
      notLookedThrough(image, params.absent) ??
      baselineProblem(params, { evidence, checkId });
    if (problem !== undefined) return problem;
    const looked = count(image.files.size, 'file');
    return passed(
      `as expected, of ${looked}`,
      `The final image holds what it should and nothing that it should not, of ${looked}.`,
    );
  },
};

function missingFrom(
  image: ImageEvidence,
  { params, evidence }: { params: Params; evidence: Evidence },
): Judgement | undefined {
  const missing = (params.present ?? []).filter((glob) => {
    const matches = globMatcher([glob]);
    return !Array.from(image.files.keys()).some(matches);
  });
  if (missing.length === 0) return undefined;
  const message = `The final image has nothing that matches ${list(missing.map((glob) => quote(glob)))}. Look at what the final stage copies, and where to.`;
  return failed({
    actual: `${missing.length} of ${params.present?.length} missing`,
    message,
    line: finalStage(evidence.dockerfile)?.line,
  });
}

interface Offender {
  path: string;
  layer: ImageEvidence['layers'][number] | undefined;
}

function unwantedIn(image: ImageEvidence, absent: string[] | undefined): Judgement | undefined {
  if (absent === undefined) return undefined;
  const matches = globMatcher(absent);
  const visible = offenders(
    Array.from(image.files.values()).filter(({ path }) => matches(path)),
    (entry) => image.layers[entry.layer],
  );
  if (visible.length > 0) return found(visible, 'in the final image');
  // Deleting in a later layer only hides: whoever pulls the image still gets the bytes.
  for (const layer of image.layers) {
    if (layer.fromBase) continue;
    const shipped = layer.entries.filter(({ path, type }) => type !== 'whiteout' && type !== 'opaque' && matches(path));
    if (shipped.length > 0) {
      return found(
        offenders(shipped, () => layer),
        'deleted later, but still shipped in a layer',
      );
    }
  }
  return undefined;
}

function offenders<Entry extends { path: string }>(
  entries: Iterable<Entry>,
  layerOf: (entry: Entry) => ImageEvidence['layers'][number] | undefined,
): Offender[] {
  return [...entries]
    .map((entry) => ({ path: entry.path, layer: layerOf(entry) }))
    .toSorted((one, other) => one.path.length - other.path.length || (one.path < other.path ? -1 : 1));
}

function found(unwanted: Offender[], where: string): Judgement {
  const paths = list(unwanted.map(({ path }) => quote(path, 100)));
  const layer = unwanted[0]?.layer;
  const message = `${paths} ${unwanted.length === 1 ? 'is' : 'are'} ${where}; ${unwanted.length === 1 ? 'it comes' : 'the first comes'} from ${layerTitle(layer)}.`;
  return failed({ actual: `${count(unwanted.length, 'file')} ${where}`, message, line: layer?.line });
}

/** That nothing was found proves something only where everything was looked at. */
function notLookedThrough(image: ImageEvidence, absent: string[] | undefined): Judgement | undefined {
  const cut = absent === undefined ? undefined : image.layers.find((layer) => layer.truncated);
  if (cut === undefined) return undefined;
  const message = `There are more files in ${layerTitle(cut)} than can be looked through, so nobody can tell whether one that should not be there is among them.`;
  return failed({ actual: 'too many files to look through', message, line: cut.line });
}

function baselineGlobs({ absent, baseline }: Params): string[] {
  return baseline === false ? [] : (baseline ?? absent ?? []);
}

/** The files have to exist somewhere before their absence from the final image means anything. */
function baselineProblem(
  params: Params,
  { evidence, checkId }: { evidence: Evidence; checkId: string },
): Judgement | undefined {
  const globs = baselineGlobs(params);
  const chain = finalChain(evidence.dockerfile);
  const others = evidence.dockerfile?.stages.filter((stage) => stage !== chain[0]) ?? [];
  if (globs.length === 0 || (params.baseline === undefined && others.length === 0)) return undefined;
  const stages = evidence.stageFiles[checkId];
  if (stages === undefined)
    return others.length === 0 ? noStageHas(globs, chain[0]?.line) : notCollected('the files of the stages');
  if (!stages.ok) {
    return failed({
      actual: 'stages that can not be read',
      message: `The stages before the final one could not be looked at: ${sentence(plain(stages.message ?? 'no reason was given', 300))}`,
    });
  }
  const missing = globs.filter((glob) => !existsIn(stages, { glob, except: chain[0]?.vertexPrefix }));
  // Of the default any will do: a Dockerfile that never copies the tests anywhere is right too.
  const enough = params.baseline === undefined ? missing.length < globs.length : missing.length === 0;
  return enough ? undefined : noStageHas(missing, chain[0]?.line);
}

function existsIn(
  { found: byStage }: StageFilesEvidence,
  { glob, except }: { glob: string; except: string | undefined },
): boolean {
  const matches = globMatcher([glob]);
  return Object.entries(byStage).some(([stage, paths]) => stage !== except && paths.some(matches));
}

function noStageHas(globs: string[], line: number | undefined): Judgement {
  const message = `No stage before the final one ever had ${list(globs.map((glob) => quote(glob)))}, so its absence from the final image proves nothing. The app has to be installed and built in a stage of its own.`;
  return failed({ actual: 'not in any earlier stage either', message, line });
}
