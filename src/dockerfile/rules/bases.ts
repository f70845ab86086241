/** What stands after FROM: tags that move, arguments that are not there, platforms. */
import { nearest } from '../../../grader/dockerfile/nearest.ts';
import { canonicalReference } from '../../../grader/dockerfile/reference.ts';
import type { Fix, ImageName, Place } from '../problem.ts';
import { type Rule, replaceAt } from '../rule-context.ts';
import { ruleStrings as say } from '../rule-strings.ts';
import { variablesIn } from './variables-in.ts';

const offersMax = 3;

export const movingTag: Rule = ({ parsed, places, images }) =>
  parsed.model.stages.flatMap(({ base, baseStage, instructions: [from] }) => {
    if (from === undefined || baseStage !== undefined || base === 'scratch' || base === '') return [];
    const written = from.words?.[0] ?? '';
    if (base.includes('@') || written.includes('$')) return [];
    const tag = /:([^/:]*)$/.exec(base)?.[1];
    if (tag !== undefined && tag !== 'latest') return [];
    const at = places.place(from, written);
    return [{ rule: 'moving-tag', at, message: say.movingTag(written), fixes: versionsOf(base, { at, images }) }];
  });

/** The catalogue's own names of the same repository. */
function versionsOf(base: string, { at, images }: { at: Place; images: readonly ImageName[] }): Fix[] {
  const repository = canonicalReference(base)?.replace(/:[^/:]*$/, '');
  return images
    .filter(({ name }) => name.replace(/:[^/:]*$/, '') === repository && !name.endsWith(':latest'))
    .slice(0, offersMax)
    .map(({ name }) => ({ title: say.fix.to(name), edits: [replaceAt(at, name)] }));
}

export const undefinedArgInFrom: Rule = ({ parsed, places }) =>
  parsed.model.stages.flatMap(({ instructions: [from] }) => {
    const platform = from?.flags.find((flag) => flag.name === 'platform')?.value ?? '';
    const unset = variablesIn(`${from?.words?.[0] ?? ''} ${platform}`).filter(({ name }) => !parsed.globals.has(name));
    return unset.flatMap(({ name, written }) => {
      if (from === undefined) return [];
      const at = places.place(from, written);
      const meant = nearest(name, parsed.globals.keys());
      const fixes =
        meant === undefined || at === from
          ? []
          : [{ title: say.fix.to(`$${meant}`), edits: [replaceAt(at, written.replace(name, meant))] }];
      return [{ rule: 'UndefinedArgInFrom', at, message: say.undefinedArgInFrom(name), fixes }];
    });
  });

export const invalidDefaultArgInFrom: Rule = ({ parsed, places }) =>
  parsed.model.stages.flatMap(({ base, baseStage, instructions: [from] }) => {
    const written = from?.words?.[0] ?? '';
    if (from === undefined || baseStage !== undefined || !written.includes('$') || base === written) return [];
    if (base === 'scratch' || base.includes('@') || canonicalReference(base) !== undefined) return [];
    const at = places.place(from, written);
    return [{ rule: 'InvalidDefaultArgInFrom', at, message: say.invalidDefaultArg(base) }];
  });

export const platformFlag: Rule = ({ parsed, places, lines }) =>
  parsed.model.stages.flatMap(({ name, instructions: [from] }) => {
    const value = from?.flags.find((flag) => flag.name === 'platform')?.value;
    if (from === undefined || !value) return [];
    const at = places.place(from, `--platform=${value}`);
    // With the space behind it.
    const rest = (lines[at.line - 1] ?? '').slice(at.endColumn - 1);
    const space = rest.length - rest.trimStart().length;
    const edits = [replaceAt({ ...at, endColumn: at.endColumn + space }, '')];
    const fixes = at === from ? [] : [{ title: say.fix.remove('--platform'), edits }];
    if (/^\$\{?TARGETPLATFORM\}?$/.test(value)) {
      return [{ rule: 'RedundantTargetPlatform', at, message: say.redundantPlatform, fixes }];
    }
    const architecture = value.split('/')[1] ?? value;
    if (value.includes('$') || name?.includes(architecture.toLowerCase())) return [];
    return [{ rule: 'FromPlatformFlagConstDisallowed', at, message: say.constantPlatform(value), fixes }];
  });
