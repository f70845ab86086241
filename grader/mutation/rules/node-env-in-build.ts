import { after } from '../edits.ts';
import { type MutationRule, workshopStages } from '../rule.ts';

/** npm leaves the development packages out, and among them is the compiler. */
export const nodeEnvInBuild: MutationRule = {
  id: 'node-env-in-build',
  about: 'with NODE_ENV=production in the stage that builds',
  derive(source) {
    const building = workshopStages(source).filter(({ instructions }) =>
      instructions.some(
        ({ keyword, text }) => keyword === 'RUN' && /\b(?:npm|yarn|pnpm) (?:ci|i|install)\b/.test(text),
      ),
    );
    return building.flatMap(({ instructions: [from] }) =>
      from === undefined ? [] : [{ at: from, edits: [after(from, 'ENV NODE_ENV=production')] }],
    );
  },
};
