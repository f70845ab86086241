import { removed } from '../edits.ts';
import { type MutationRule, shippedInstructions } from '../rule.ts';

export const dropCommand: MutationRule = {
  id: 'drop-command',
  about: 'without its CMD or ENTRYPOINT',
  derive(source) {
    const commands = shippedInstructions(source).filter(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
    return commands.map((at) => ({ at, edits: [removed(at)] }));
  },
};
