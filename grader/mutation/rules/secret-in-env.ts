import { rawText, replaced } from '../edits.ts';
import { builtInstructions, type MutationRule } from '../rule.ts';

/** The usual way before secret mounts: a build argument that becomes a variable of the image. */
export const secretInEnv: MutationRule = {
  id: 'secret-in-env',
  about: 'that takes a secret as ARG and ENV instead of mounting it',
  derive(source) {
    const runs = builtInstructions(source).filter(({ mounts }) => mounts.some(({ type }) => type === 'secret'));
    return runs.map((at) => {
      const secret = at.mounts.find(({ type }) => type === 'secret') ?? {};
      const name = secret.env ?? (secret.id ?? 'SECRET').replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
      const raw = rawText(source.text, at).replace(/--mount=\S*type=secret\S*\s*(?:\\\s*\n\s*)?/g, '');
      return { at, edits: [replaced(at, `ARG ${name}=not-so-secret\nENV ${name}=$${name}\n${raw}`)] };
    });
  },
};
