import { replaced } from '../edits.ts';
import { baseOfFinal, fromLine, type MutationRule, workshopStages } from '../rule.ts';

/** Two stages become one: what ships stands on everything that was built. */
export const continueTheBuild: MutationRule = {
  id: 'continue-the-build',
  about: 'whose last stage continues the one that builds',
  derive(source) {
    const base = baseOfFinal(source);
    if (base === undefined) return [];
    const earlier = workshopStages(source).filter(({ index }) => index < base.stage.index);
    return earlier.flatMap(({ name }) =>
      name === undefined ? [] : [{ at: base.from, edits: [replaced(base.from, fromLine(name, base.from))] }],
    );
  },
};
