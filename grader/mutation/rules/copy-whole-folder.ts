import { posix } from 'node:path';
import type { StageModel } from '../../dockerfile/model.ts';
import { before } from '../edits.ts';
import { type MutationRule, type MutationSource, shippedInstructions } from '../rule.ts';

/** `COPY --from=build /app /app` as well: sources, tests, and packages that only the build needs. */
export const copyWholeFolder: MutationRule = {
  id: 'copy-whole-folder',
  about: 'that takes the whole folder that another stage worked in',
  derive(source) {
    const copies = shippedInstructions(source).filter(({ copy }) => copy?.fromStage !== undefined);
    const first = copies.filter(
      (at, index) => copies.findIndex(({ copy }) => copy?.fromStage === at.copy?.fromStage) === index,
    );
    return first.flatMap((at) => {
      const folder = folderOf(source.model.stages[at.copy?.fromStage ?? -1], source);
      if (folder === '/' || folder.includes('$')) return [];
      // What was copied before comes too: then only what came along is wrong.
      return [{ at, edits: [before(at, `COPY --from=${at.copy?.from} ${folder} ${folder}`)] }];
    });
  },
};

/** Where its last WORKDIR leads, from that of the stage that it continues; `/` when nothing was said. */
function folderOf(stage: StageModel | undefined, source: MutationSource): string {
  if (stage === undefined) return '/';
  const below = stage.baseStage === undefined ? '/' : folderOf(source.model.stages[stage.baseStage], source);
  return stage.instructions
    .filter(({ keyword }) => keyword === 'WORKDIR')
    .reduce((folder, { words: [path = ''] = [] }) => posix.resolve(folder, path), below);
}
