import { after } from '../edits.ts';
import { finalOf, type MutationRule } from '../rule.ts';

export const rootInTheEnd: MutationRule = {
  id: 'root-in-the-end',
  about: 'that becomes root again in its last line',
  derive(source) {
    const at = finalOf(source)?.instructions.at(-1);
    return at === undefined ? [] : [{ at, edits: [after(at, 'USER 0')] }];
  },
};
