import { after, type Edit, rawText, replaced } from '../edits.ts';
import { finalOf, type MutationRule } from '../rule.ts';

const copyOf = '/leaked-secret';

/** What a RUN may read is kept in a file that ships. */
export const leakSecret: MutationRule = {
  id: 'leak-secret',
  about: 'that keeps a build secret in a file',
  derive(source) {
    const final = finalOf(source);
    const runs = source.model.stages
      .filter(({ reachable }) => reachable)
      .flatMap((stage) => stage.instructions.map((at) => ({ stage, at })));
    return runs.flatMap(({ stage, at }) => {
      const secret = at.mounts.find(({ type }) => type === 'secret');
      if (secret === undefined || at.form !== 'shell' || final === undefined) return [];
      const value = secret.env === undefined ? `cp ${pathOf(secret)} ${copyOf}` : `printenv ${secret.env} > ${copyOf}`;
      const raw = rawText(source.text, at);
      const leaking = raw.replace(/^(\s*RUN\s+(?:--\S+\s+(?:\\\s*\n\s*)?)*)/i, `$1${value} && `);
      const edits: Edit[] = [replaced(at, leaking)];
      const [from] = final.instructions;
      if (stage !== final && from !== undefined) {
        edits.push(after(from, `COPY --from=${stage.name ?? stage.index} ${copyOf} ${copyOf}`));
      }
      return [{ at, edits }];
    });
  },
};

function pathOf({ id = '', target, dst, destination }: Record<string, string>): string {
  return target ?? dst ?? destination ?? `/run/secrets/${id}`;
}
