/** What learners' code may change: nothing of the kernel, of its own limits, or of another learner's cache mounts. */
import { cgroupAttempts, kernelAttempts, type WriteAttempt, writeControl } from './attempts.ts';
import { type Finding, notTried, type PlaceName, subject, wall } from './finding.ts';
import type { Wall } from './isolation.ts';
import type { Attack, Observed } from './observed.ts';

const mendKernel =
  'The engine must run in user namespaces of its own (`userns-remap`, see `npx stagecraft doctor`) and without extra rights for containers. An engine of your own must not run with --privileged or `insecure-entitlements`.';

export function judgeWrites(place: PlaceName, observed: Observed): Wall[] {
  const kernel = wall(
    {
      id: `${place}-kernel`,
      title: `${subject[place]} can't change the kernel's settings or get devices and mounts`,
      attempted: kernelAttempts.map(({ command }) => command).join('; '),
      mend: mendKernel,
    },
    refused(observed[place], kernelAttempts),
  );
  const groups = wall(
    {
      id: `${place}-cgroups`,
      title: `${subject[place]} can't lift its own limits`,
      attempted: 'making a group of its own, writing its limits, and mounting the control groups',
      mend: mendKernel,
    },
    refused(observed[place], cgroupAttempts),
  );
  return place === 'build' ? [kernel, groups, cacheMount(observed)] : [kernel, groups];
}

function refused(attack: Attack, attempts: readonly WriteAttempt[]): Finding {
  const lineOf = ({ name }: WriteAttempt) => `write:${name}`;
  const lacking = notTried(attack, [writeControl, ...attempts].map(lineOf));
  if (lacking !== undefined) return lacking;
  if (attack.tries[lineOf(writeControl)]?.result !== 'got')
    return { held: false, seen: `It could not be tried: ${attack.tries[lineOf(writeControl)]?.text}` };
  const got = attempts.filter((attempt) => attack.tries[lineOf(attempt)]?.result !== 'refused');
  if (got.length > 0) return { held: false, seen: `It got: ${got.map(({ command }) => command).join('; ')}` };
  const words = attempts.map((attempt) => attack.tries[lineOf(attempt)]?.text.replace(/^.*: (?=[^:]+$)/, '') ?? '');
  return { held: true, seen: `Refused: ${[...new Set(words.filter(Boolean))].join('; ')}`.slice(0, 300) };
}

function cacheMount(observed: Observed): Wall {
  const told = {
    id: 'build-cache-mount',
    title: "A build can't see another learner's cache mount",
    attempted:
      'mounting the same id, and ids that name the other learner’s namespace; the owner’s next step as a control',
    mend: 'The engine must honour BUILDKIT_CACHE_MOUNT_NS, as BuildKit does since Docker 20.10. An engine of your own that does not can only be used for one learner.',
  };
  const attack = observed.build;
  const folders = Object.keys(attack.tries).filter((name) => name.startsWith('folder:'));
  const lacking = notTried(attack, ['folder:/theirs-1']);
  if (lacking !== undefined) return wall(told, lacking);
  if (!observed.cacheMount.seenByOwner)
    return wall(told, { held: false, seen: 'It could not be tried: its own learner did not see the secret either.' });
  const found = folders.filter((name) => attack.tries[name]?.result === 'found');
  if (found.length > 0) return wall(told, { held: false, seen: 'The secret that the other learner left there.' });
  const absent = folders.filter((name) => attack.tries[name]?.result !== 'clean');
  if (absent.length > 0)
    return wall(told, { held: false, seen: `It could not be tried: ${absent.join(', ')} not mounted.` });
  return wall(told, { held: true, seen: `${folders.length} empty mounts of its own.` });
}
