import { replaced } from '../edits.ts';
import { baseOfFinal, fromLine, type MutationRule, type MutationSource, workshopStages } from '../rule.ts';

/** The image of a stage that builds, or the same image without `-slim`. */
export const fatFinalBase: MutationRule = {
  id: 'fat-final-base',
  about: 'on a base image that is made for building',
  derive(source) {
    const base = baseOfFinal(source);
    if (base === undefined) return [];
    const fatter = [...new Set([...workshopStages(source).map(({ rootBase }) => rootBase), ...fuller(source)])];
    return fatter
      .filter((image) => image !== base.stage.rootBase && image !== 'scratch')
      .map((image) => ({ at: base.from, edits: [replaced(base.from, fromLine(image, base.from))] }));
  },
};

function fuller(source: MutationSource): string[] {
  const own = baseOfFinal(source)?.stage.rootBase ?? '';
  const full = own.replace(/-(?:slim|alpine)$/, '');
  return full !== own && source.images.includes(full) ? [full] : [];
}
