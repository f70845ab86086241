import { removed } from '../edits.ts';
import { type MutationRule, shippedInstructions } from '../rule.ts';

const keywords = new Set(['HEALTHCHECK', 'STOPSIGNAL', 'LABEL']);

export const dropMetadata: MutationRule = {
  id: 'drop-metadata',
  about: 'without its HEALTHCHECK, STOPSIGNAL or a LABEL',
  derive(source) {
    const metadata = shippedInstructions(source).filter(({ keyword }) => keywords.has(keyword));
    return metadata.map((at) => ({ at, edits: [removed(at)] }));
  },
};
