import { rawText, replaced } from '../edits.ts';
import { builtInstructions, type MutationRule } from '../rule.ts';

export const dropFrom: MutationRule = {
  id: 'drop-from',
  about: 'with a COPY that forgot its --from',
  derive(source) {
    const copies = builtInstructions(source).filter(({ copy }) => copy?.from !== undefined);
    return copies.map((at) => ({
      at,
      edits: [replaced(at, rawText(source.text, at).replace(/\s--from=(?:"[^"]*"|\S+)/, ''))],
    }));
  },
};
