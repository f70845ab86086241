import { after } from '../edits.ts';
import { finalOf, type MutationRule } from '../rule.ts';

export const shipAnotherStage: MutationRule = {
  id: 'ship-another-stage',
  about: 'that ends in another stage, which is what a plain build ships',
  derive(source) {
    const last = source.model.stages.at(-1)?.instructions.at(-1);
    if (last === undefined || finalOf(source) !== source.model.stages.at(-1)) return [];
    const others = source.model.stages.slice(0, -1).filter(({ name }) => name !== undefined);
    return others.map((stage) => ({ at: stage.instructions[0], edits: [after(last, `FROM ${stage.name}`)] }));
  },
};
