import { rawText, removed, replaced } from '../edits.ts';
import { builtInstructions, type MutationRule } from '../rule.ts';

/** The files that change often come before a step that does not need them. */
export const swapCopyOrder: MutationRule = {
  id: 'swap-copy-order',
  about: 'with a COPY above the RUN that it stood below',
  derive(source) {
    const instructions = builtInstructions(source);
    return instructions.flatMap((at, index) => {
      const run = instructions[index - 1];
      if (at.copy === undefined || at.copy.from !== undefined) return [];
      if (run?.keyword !== 'RUN' || run.stage !== at.stage) return [];
      const moved = `${rawText(source.text, at)}\n${rawText(source.text, run)}`;
      return [{ at, edits: [replaced(run, moved), removed(at)] }];
    });
  },
};
