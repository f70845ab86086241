import { rawText, replaced } from '../edits.ts';
import { type MutationRule, shippedInstructions } from '../rule.ts';

export const wrongPath: MutationRule = {
  id: 'wrong-path',
  about: 'that puts what it copies from another stage where nobody looks for it',
  derive(source) {
    const copies = shippedInstructions(source).filter(({ copy }) => copy?.from !== undefined && !copy.heredoc);
    return copies.flatMap((at) => {
      const destination = at.copy?.destination ?? '';
      const raw = rawText(source.text, at);
      const start = raw.lastIndexOf(destination);
      if (destination === '' || start < 0) return [];
      const wrong = `/wrong/${destination.replace(/^(?:\.?\/)+/, '').replace(/^\.$/, '')}`;
      const text = raw.slice(0, start) + wrong + raw.slice(start + destination.length);
      return [{ at, edits: [replaced(at, text)] }];
    });
  },
};
