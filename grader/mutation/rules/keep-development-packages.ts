import { rawText, replaced } from '../edits.ts';
import { builtInstructions, type MutationRule } from '../rule.ts';

const flags = /\s+(?:--omit[= ]dev|--only=prod(?:uction)?|--production(?:=true)?|--prod|--no-dev)\b/;

export const keepDevelopmentPackages: MutationRule = {
  id: 'keep-development-packages',
  about: 'that installs the development packages too',
  derive(source) {
    const runs = builtInstructions(source).filter(({ keyword, text }) => keyword === 'RUN' && flags.test(` ${text}`));
    return runs.map((at) => ({ at, edits: [replaced(at, rawText(source.text, at).replace(flags, ''))] }));
  },
};
