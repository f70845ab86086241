import { rawText, replaced } from '../edits.ts';
import { builtInstructions, type MutationRule } from '../rule.ts';

export const dropCacheMount: MutationRule = {
  id: 'drop-cache-mount',
  about: 'with a RUN that lost its cache mounts',
  derive(source) {
    const runs = builtInstructions(source).filter(({ mounts }) => mounts.some(({ type }) => type === 'cache'));
    return runs.map((at) => {
      const raw = rawText(source.text, at);
      return { at, edits: [replaced(at, raw.replace(/--mount=\S*type=cache\S*\s*(?:\\\s*\n\s*)?/g, ''))] };
    });
  },
};
