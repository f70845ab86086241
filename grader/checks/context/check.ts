import { z } from 'zod';
import type { DockerfileModel, InstructionModel } from '../../dockerfile/model.ts';
import type { CheckType } from '../check.ts';
import { formatSize, formatSizes } from '../format-size.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { sizeParam } from '../params.ts';
import { quote } from '../show.ts';

const schema = z.strictObject({
  /** Bytes once parsed. */
  max: sizeParam,
});

export const context: CheckType<z.infer<typeof schema>> = {
  type: 'context',
  schema,
  judges: 'image',
  expected: ({ max }) => `At most ${formatSize(max)} of build context is sent to the builder.`,
  why: 'The context is sent before the first step of every build, and whatever is in it can end up in the image: logs, keys, the whole history of the repository.',
  tighter: ({ max }, share) => ({ max: Math.floor(max * (1 - share)) }),
  judge({ max }, { dockerfile, build, image }) {
    if (image === undefined) return notCollected('an image');
    const copy = widestCopy(dockerfile);
    if (build.contextBytes === undefined) {
      // BuildKit loads no context at all for a Dockerfile that takes nothing from it.
      if (dockerfile !== undefined && copy === undefined && !mountsContext(dockerfile)) {
        return passed('nothing', 'The Dockerfile takes nothing from the build context, so nothing is sent.');
      }
      return notCollected('the size of the build context');
    }
    const [found, allowed] = formatSizes(build.contextBytes, max);
    const sizes = { maxBytes: max };
    if (build.contextBytes <= max)
      return { ...passed(found, `The build context that is sent has ${found}; the limit is ${allowed}.`), sizes };
    const by =
      copy === undefined ? '' : ` ${quote(`${copy.keyword} ${copy.text}`, 80)} on line ${copy.line} asks for it.`;
    const message = `The build context that is sent has ${found}, but the limit is ${allowed}.${by} Look at what the app's folder holds that the build does not need, and at .dockerignore.`;
    return { ...failed({ actual: found, message, line: copy?.line }), sizes };
  },
};

/** The COPY or ADD that takes the whole context, else the first that takes anything from it. */
function widestCopy(dockerfile: DockerfileModel | undefined): InstructionModel | undefined {
  const copies = builtInstructions(dockerfile).filter(
    ({ copy }) => copy !== undefined && copy.from === undefined && copy.sources.length > 0 && !copy.heredoc,
  );
  return copies.find(({ copy }) => copy?.sources.some((source) => /^(\.?\/?|\.?\/?\*+)$/.test(source))) ?? copies[0];
}

function mountsContext(dockerfile: DockerfileModel): boolean {
  return builtInstructions(dockerfile).some(({ mounts }) =>
    mounts.some((mount) => (mount.type ?? 'bind') === 'bind' && mount.from === undefined),
  );
}

/** A stage that the final image does not need is not built, so it loads nothing. */
function builtInstructions(dockerfile: DockerfileModel | undefined): InstructionModel[] {
  const built = dockerfile?.stages.filter(({ reachable, final }) => reachable || final) ?? [];
  return built.flatMap(({ instructions }) => instructions);
}
