/**
 * How serious each rule is and where it is explained: our own page where one of the course's checks is about it,
 * Docker's otherwise.
 */
import { onSite } from '../../address.ts';
import type { Severity } from '../problem.ts';

interface Facts {
  severity: Severity;
  readMore: string | undefined;
}

const ourChecks: Record<string, string> = {
  'unknown-stage': 'stages',
  'unused-stage': 'stages',
  DuplicateStageName: 'stages',
  'base-image': 'base',
  'moving-tag': 'base',
  'copy-before-install': 'cache',
  'runs-as-root': 'user',
  SecretsUsedInArgOrEnv: 'secret',
  JSONArgsRecommended: 'entrypoint',
  'json-form': 'entrypoint',
  CopyIgnoredFile: 'context',
  platform: 'platform',
};

/** Not wrong by themselves, and on purpose in the first exercises: they should not shout. */
const mild = new Set(['unused-stage', 'runs-as-root', 'FromPlatformFlagConstDisallowed', 'RedundantTargetPlatform']);

/** BuildKit's rules begin with a capital. */
export const isBuildKitRule = (rule: string) => /^[A-Z]/.test(rule);

export function factsOf(rule: string): Facts {
  return { severity: mild.has(rule) ? 'info' : 'warning', readMore: pageOf(rule) };
}

export function pageOf(rule: string): string | undefined {
  const check = ourChecks[rule];
  if (check !== undefined) return onSite(`/checks/${check}/`);
  return isBuildKitRule(rule) ? `https://docs.docker.com/reference/build-checks/${kebab(rule)}/` : undefined;
}

const kebab = (name: string) =>
  name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase();
