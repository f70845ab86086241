import { type MutationRule, shippedInstructions } from '../rule.ts';

export const copyWholeStage: MutationRule = {
  id: 'copy-whole-stage',
  about: 'that takes everything from another stage',
  derive(source) {
    const copies = shippedInstructions(source).filter(({ copy }) => copy?.fromStage !== undefined);
    const first = copies.filter(
      (at, index) => copies.findIndex(({ copy }) => copy?.fromStage === at.copy?.fromStage) === index,
    );
    // The file itself comes too: then only what came along is wrong.
    return first.map((at) => ({
      at,
      edits: [{ line: at.line, endLine: at.line - 1, text: `COPY --from=${at.copy?.from} / /` }],
    }));
  },
};
