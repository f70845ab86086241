import { replaced } from '../edits.ts';
import { type MutationRule, shippedInstructions } from '../rule.ts';

export const shellForm: MutationRule = {
  id: 'shell-form',
  about: 'whose command is a line for a shell',
  derive(source) {
    const commands = shippedInstructions(source).filter(
      ({ keyword, form }) => (keyword === 'CMD' || keyword === 'ENTRYPOINT') && form === 'exec',
    );
    return commands.flatMap((at) => {
      const words = at.argv ?? [];
      if (words.length === 0) return [];
      return [{ at, edits: [replaced(at, `${at.keyword} ${words.map(quoted).join(' ')}`)] }];
    });
  },
};

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
