import { removed } from '../edits.ts';
import { type MutationRule, shippedInstructions } from '../rule.ts';

export const dropUser: MutationRule = {
  id: 'drop-user',
  about: 'without its USER',
  derive(source) {
    const users = shippedInstructions(source).filter(({ keyword }) => keyword === 'USER');
    return users.map((at) => ({ at, edits: [removed(at)] }));
  },
};
