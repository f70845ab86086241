import { removed } from '../edits.ts';
import { type MutationRule, shippedInstructions } from '../rule.ts';

export const dropCopy: MutationRule = {
  id: 'drop-copy',
  about: 'without one of the COPYs of what ships',
  derive(source) {
    const copies = shippedInstructions(source).filter(({ copy }) => copy !== undefined);
    return copies.map((at) => ({ at, edits: [removed(at)] }));
  },
};
