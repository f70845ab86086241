import { rawText, replaced } from '../edits.ts';
import { builtInstructions, type MutationRule } from '../rule.ts';

/** Also what the step does not need, and what nobody should have: the first COPY of each stage. */
export const copyEverything: MutationRule = {
  id: 'copy-everything',
  about: 'that copies the whole context where it copied a few files',
  derive(source) {
    const few = builtInstructions(source).filter(
      ({ copy }) => copy !== undefined && copy.from === undefined && !copy.heredoc && !isEverything(copy.sources),
    );
    const first = few.filter((at, index) => few.findIndex(({ stage }) => stage === at.stage) === index);
    return first.map((at) => ({ at, edits: [replaced(at, everything(rawText(source.text, at), at.copy))] }));
  },
};

const isEverything = (sources: string[]) => sources.some((path) => /^\.?\/?$/.test(path));

/** Into the folder that the files went to; a file that was renamed names none. */
function everything(raw: string, copy: { sources: string[]; destination: string } | undefined): string {
  const flags = (raw.match(/--(?!from)\w+(?:=\S+)?/g) ?? []).map((flag) => `${flag} `).join('');
  const into = copy !== undefined && /(?:^\.|\/)$/.test(copy.destination) ? copy.destination : '.';
  return `COPY ${flags}. ${into}`;
}
