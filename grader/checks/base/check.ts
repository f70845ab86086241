import { z } from 'zod';
import type { CheckType } from '../check.ts';
import { finalChain, finalStage, stageTitle } from '../dockerfile-walk.ts';
import { failed, passed, unreadableDockerfile } from '../judgement.ts';
import { plain } from '../show.ts';

const schema = z.strictObject({
  /** Names as the catalogue spells them; a trailing `*` stands for anything. */
  oneOf: z.array(z.string().regex(/^[^\s*]+\*?$/, 'expected an image name like node:20-slim or node:20*')).min(1),
});

export const base: CheckType<z.infer<typeof schema>> = {
  type: 'base',
  schema,
  judges: 'text',
  expected: ({ oneOf }) => `The final image stands on ${either(oneOf)}.`,
  why: 'The base image decides what is there before your first line: its size, its shell and package manager, and how many reports a security scanner writes about them.',
  judge({ oneOf }, { dockerfile }) {
    const final = finalStage(dockerfile);
    const root = finalChain(dockerfile).at(-1);
    if (final === undefined || root === undefined) return unreadableDockerfile();
    const found = plain(final.rootBase, 100);
    if (oneOf.some((wanted) => sameImage(wanted, final.rootBase))) {
      return passed(found, `The final image stands on ${found}.`);
    }
    const through = root === final ? '' : `, by way of ${stageTitle(root)}`;
    const message = `The final stage (line ${final.line}) stands on ${found}${through}. Look at the FROM on line ${root.line}: what it brings is in the image that is shipped.`;
    return failed({ actual: found, message, line: root.line });
  },
};

/** Compared as the catalogue does: case-insensitively, `latest` where no tag is written. */
function sameImage(wanted: string, found: string): boolean {
  const name = canonical(found);
  if (wanted.endsWith('*')) return name.startsWith(withoutRegistry(wanted.slice(0, -1).toLowerCase()));
  return canonical(wanted) === name;
}

function canonical(reference: string): string {
  const name = withoutRegistry(reference.trim().toLowerCase());
  if (name === 'scratch') return name;
  // A colon before the last slash is a registry's port.
  return name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`;
}

function withoutRegistry(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
}

function either(names: string[]): string {
  return names.length === 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
