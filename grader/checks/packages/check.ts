import { z } from 'zod';
import type { Evidence, ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType, Judgement } from '../check.ts';
import { finalChain } from '../dockerfile-walk.ts';
import { formatSize } from '../format-size.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { globMatcher, globsParam } from '../params.ts';
import { count, list, plain, quote, sentence } from '../show.ts';
import { cachesIn, developmentPackagesIn, type Found, namedPackagesIn, programsIn } from './find-packages.ts';

const kinds = ['development', 'compilers', 'managers', 'caches'] as const;

const schema = z
  .strictObject({
    /** What must not be in the final image. */
    absent: z.array(z.enum(kinds)).default([]),
    /** Packages by name, whichever package manager installed them, that must not be there. */
    names: z.array(z.string().min(1)).default([]),
    /** What has to exist in a stage that is not shipped, or its absence proves nothing. */
    baseline: globsParam.optional(),
  })
  .refine(({ absent, names }) => absent.length + names.length > 0, {
    error: 'expected `absent` or `names`, found neither',
  });
type Params = z.infer<typeof schema>;

const titles: Record<(typeof kinds)[number], string> = {
  development: 'development packages of the lock file',
  compilers: 'compilers',
  managers: 'package managers',
  caches: "package managers' caches",
};

export const packages: CheckType<Params> = {
  type: 'packages',
  schema,
  judges: 'image',
  expected: ({ absent, names }) =>
    `The final image has no ${list([...absent.map((kind) => titles[kind]), ...names.map((name) => quote(name, 60))], 8)}.`,
  why: 'A compiler or a package manager is a tool for whoever breaks in, and each package more is one that a scanner reports and that somebody has to update.',
  needs: ({ absent, baseline }, checkId) => [
    { kind: 'layer-files' },
    ...(absent.includes('development') ? [{ kind: 'lock-file' as const }] : []),
    ...(baseline === undefined ? [] : [{ kind: 'stage-files' as const, id: checkId, globs: baseline }]),
  ],
  judge(params, evidence, checkId) {
    const { image } = evidence;
    if (image === undefined) return notCollected('an image');
    if (params.absent.includes('development') && evidence.lockFile === undefined) return notCollected('the lock file');
    const cut = image.layers.find((layer) => layer.truncated);
    if (image.files.size === 0)
      return failed({ actual: 'an empty image', message: 'The final image holds no files at all.' });
    for (const { title, found } of allIn(image, params, evidence)) {
      if (found.length > 0) return unwanted(found, { title, image, evidence });
    }
    if (cut !== undefined) {
      const message = `There are more files in ${layerTitle(cut)} than can be looked through, so nobody can tell what is among them.`;
      return failed({ actual: 'too many files to look through', message, line: cut.line });
    }
    return (
      baselineProblem(params, { evidence, checkId }) ??
      passed(
        'none of them',
        `The final image has none of what should stay behind, in ${count(image.files.size, 'file')}.`,
      )
    );
  },
};

function allIn(
  image: ImageEvidence,
  { absent, names }: Params,
  { lockFile }: Evidence,
): { title: string; found: Found[] }[] {
  const found = absent.map((kind) => {
    const title = titles[kind];
    if (kind === 'development') return { title, found: developmentPackagesIn(image, lockFile?.development ?? []) };
    return { title, found: kind === 'caches' ? cachesIn(image) : programsIn(image, kind) };
  });
  return names.length === 0
    ? found
    : [...found, { title: 'packages that should stay behind', found: namedPackagesIn(image, names) }];
}

function unwanted(
  found: Found[],
  { title, image, evidence }: { title: string; image: ImageEvidence; evidence: Evidence },
): Judgement {
  const first = found[0];
  const layer = image.layers[first?.layer ?? -1];
  const bytes = found.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  const size = bytes > 0 ? `, ${formatSize(bytes)}` : '';
  const line = layer?.fromBase ? finalChain(evidence.dockerfile).at(-1)?.line : layer?.line;
  const message = `The final image has ${title}${size}: ${list(
    found.map(({ name }) => quote(name, 80)),
    4,
  )}. ${quote(first?.path ?? '', 100)} comes from ${layerTitle(layer)}.`;
  return failed({ actual: `${found.length} ${title}`, message, line });
}

function baselineProblem(
  { baseline = [] }: Params,
  { evidence, checkId }: { evidence: Evidence; checkId: string },
): Judgement | undefined {
  if (baseline.length === 0) return undefined;
  const final = finalChain(evidence.dockerfile)[0];
  const stages = evidence.stageFiles[checkId];
  if (stages === undefined) return notCollected('the files of the stages');
  if (!stages.ok) {
    const message = `The stages before the final one could not be looked at: ${sentence(plain(stages.message ?? 'no reason was given', 300))}`;
    return failed({ actual: 'stages that can not be read', message });
  }
  const there = Object.entries(stages.found).flatMap(([stage, paths]) => (stage === final?.vertexPrefix ? [] : paths));
  const missing = baseline.filter((glob) => !there.some(globMatcher([glob])));
  if (missing.length === 0) return undefined;
  const message = `No stage before the final one ever had ${list(missing.map((glob) => quote(glob)))}, so its absence from the final image proves nothing. The app has to be built in a stage of its own.`;
  return failed({ actual: 'not in any earlier stage either', message, line: final?.line });
}
