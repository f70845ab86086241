import { z } from 'zod';
import type { ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType } from '../check.ts';
import { finalChain, finalStage } from '../dockerfile-walk.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { layerTitle } from '../layer-text.ts';
import { count, list, quote } from '../show.ts';
import { type Shell, shellsIn } from './shells-in.ts';

const schema = z.strictObject({ absent: z.boolean().default(true) });

export const shell: CheckType<z.infer<typeof schema>> = {
  type: 'shell',
  schema,
  judges: 'image',
  expected: ({ absent }) => (absent ? 'There is no shell in the final image.' : 'There is a shell in the final image.'),
  why: 'A shell is what an attacker needs to turn one hole in your app into commands of their own; an image without one leaves them nothing to run.',
  needs: () => [{ kind: 'layer-files' }],
  judge({ absent }, { dockerfile, image }) {
    if (image === undefined) return notCollected('an image');
    const shells = shellsIn(image.files);
    const first = shells[0];
    if (!absent) {
      if (first !== undefined) return passed(shown(shells), `The final image has ${shown(shells)}.`);
      return failed({
        actual: 'no shell',
        message: 'There is no shell in the final image.',
        line: finalStage(dockerfile)?.line,
      });
    }
    if (first === undefined) return absenceIn(image);
    const layer = image.layers[first.layer];
    const line = layer?.fromBase ? finalChain(dockerfile).at(-1)?.line : layer?.line;
    const message = `The final image has ${shown(shells)}. ${quote(first.path)} comes from ${layerTitle(layer)}.`;
    return failed({ actual: `${count(shells.length, 'shell')}: ${shown(shells)}`, message, line });
  },
};

/** That nothing was found proves something only where everything was looked at. */
function absenceIn(image: ImageEvidence) {
  if (image.files.size === 0)
    return failed({ actual: 'an empty image', message: 'The final image holds no files at all.' });
  const cut = image.layers.find((layer) => layer.truncated);
  if (cut !== undefined) {
    const message = `${layerTitle(cut)} adds more files than can be looked through, so nobody can tell whether a shell is among them.`;
    return failed({ actual: 'too many files to look through', message, line: cut.line });
  }
  return passed('no shell', 'There is no shell in the final image.');
}

function shown(shells: Shell[]): string {
  return list(shells.map(({ path }) => quote(path, 80)));
}
