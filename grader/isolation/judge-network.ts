/** What learners' code may connect to: the package mirror from builds, the course's HTTPS service from runs, no more. */
import { metadataTarget, publicName, publicResolver, publicTargets } from './attempts.ts';
import { type Finding, notTried, type PlaceName, subject, wall } from './finding.ts';
import type { Wall } from './isolation.ts';
import type { Attack, Observed } from './observed.ts';

/** What must be reached, or else nothing could have been. */
const control: Record<PlaceName, string> = { build: 'connect:mirror', run: 'connect:service' };
const controlName: Record<PlaceName, string> = { build: 'the package mirror', run: 'the course’s HTTPS service' };

const mendNetwork =
  'Start the engine again (`npx stagecraft engine stop`, then the check): its firewall is raised at every start. If that does not help, the network it was started with leads out; an engine of your own (DOCKER_HOST) needs internal networks without a route.';

export function judgeNetwork(place: PlaceName, observed: Observed): Wall[] {
  const walls = [
    internet(place, observed),
    names(place, observed),
    metadata(place, observed),
    machine(place, observed),
  ];
  return place === 'build' ? [...walls, remoteAdd(observed)] : [...walls, neighbour(observed)];
}

function internet(place: PlaceName, observed: Observed): Wall {
  const told = {
    id: `${place}-internet`,
    title: `${subject[place]} can't reach the internet`,
    attempted: `TCP to ${Object.values(publicTargets).join(' and ')}; ${controlName[place]} as a control`,
    mend: mendNetwork,
  };
  const tries = Object.keys(publicTargets).map((name) => `connect:${name}`);
  return wall(told, unreached(place, observed[place], tries));
}

function names(place: PlaceName, observed: Observed): Wall {
  const told = {
    id: `${place}-dns`,
    title: `${subject[place]} can't resolve names of the internet`,
    attempted: `the address of ${publicName}, from the resolver it was given and from ${publicResolver}`,
    mend: mendNetwork,
  };
  const attack = observed[place];
  const asked = ['resolve:given', 'resolve:public'];
  const resolved = asked.filter((name) => attack.tries[name]?.result === 'resolved');
  const finding =
    notTried(attack, asked) ??
    controlFinding(place, attack) ??
    (resolved.length > 0
      ? { held: false, seen: `An answer: ${textsOf(attack, resolved)}` }
      : { held: true, seen: `No address: ${textsOf(attack, asked)}` });
  return wall(told, finding);
}

function metadata(place: PlaceName, observed: Observed): Wall {
  const told = {
    id: `${place}-metadata`,
    title: `${subject[place]} can't reach the cloud's metadata service`,
    attempted: `TCP to ${metadataTarget}`,
    mend: mendNetwork,
  };
  return wall(told, unreached(place, observed[place], ['connect:metadata']));
}

function machine(place: PlaceName, observed: Observed): Wall {
  const { addresses } = observed.bait;
  const { bites } = observed[place];
  const listening =
    addresses.length > 0
      ? `this machine's addresses, where a server was opened for it (${addresses.join(', ')})`
      : 'this machine (it has no address but its loopback)';
  const told = {
    id: `${place}-machine`,
    title: `${subject[place]} can't reach this machine or the engine's own ports`,
    attempted: `TCP to ${listening}, and to the SSH and Docker ports of the engine${place === 'run' ? ', and to the package mirror' : ''}`,
    mend: mendNetwork,
  };
  const attack = observed[place];
  const own = Object.keys(attack.tries).filter((name) => /^connect:(?:machine|engine)-/.test(name));
  // This machine's addresses first: they say the most.
  own.sort().reverse();
  const expected = [...addresses.map((_, index) => `connect:machine-${index + 1}`), 'connect:engine-1'];
  // The one gate's service is the other's forbidden one; a build may only talk to the mirror.
  const others = place === 'run' ? ['connect:mirror'] : ['connect:service'];
  const found = notTried(attack, expected) ?? unreached(place, attack, [...own, ...others]);
  if (found.held && bites.length > 0)
    return wall(told, { held: false, seen: `A connection arrived at ${bites.join(', ')}.` });
  return wall(told, found);
}

function remoteAdd({ remoteAdd: { target, built, text, bites } }: Observed): Wall {
  const told = {
    id: 'build-daemon',
    title: "A build can't make the daemon connect for it",
    attempted: `ADD http://${target}/x`,
    mend: mendNetwork,
  };
  if (built || bites.length > 0) return wall(told, { held: false, seen: `The daemon connected to ${target}.` });
  // The words name the address: it failed at connecting, and not before.
  const tried = text.includes(target.replace(/:\d+$/, ''));
  if (!tried) return wall(told, { held: false, seen: `It could not be tried: ${text || 'the build left no error'}` });
  return wall(told, { held: true, seen: text });
}

function neighbour(observed: Observed): Wall {
  const told = {
    id: 'run-neighbour',
    title: "A container can't reach another learner's container",
    attempted: 'TCP to a container beside it that serves; the grader asks the same one as a control',
    mend: 'The run network must forbid traffic between its containers (`enable_icc=false`) and the kernel must filter bridged traffic (module br_netfilter). Start the engine again; it makes that network anew.',
  };
  if (!observed.neighbour.answered)
    return wall(told, { held: false, seen: 'It could not be tried: the neighbour did not answer the grader either.' });
  return wall(told, unreached('run', observed.run, ['connect:neighbour']));
}

function unreached(place: PlaceName, attack: Attack, names: string[]): Finding {
  const lacking = notTried(attack, names) ?? controlFinding(place, attack);
  if (lacking !== undefined) return lacking;
  const reached = names.filter((name) => attack.tries[name]?.result === 'reached');
  if (reached.length > 0) return { held: false, seen: `Reached: ${textsOf(attack, reached)}` };
  return { held: true, seen: textsOf(attack, names) };
}

function controlFinding(place: PlaceName, attack: Attack): Finding | undefined {
  const name = control[place];
  const lacking = notTried(attack, [name]);
  if (lacking !== undefined) return lacking;
  if (attack.tries[name]?.result === 'reached') return undefined;
  const words = attack.tries[name]?.text ?? '';
  return { held: false, seen: `It could not be tried: ${controlName[place]} was out of reach as well (${words}).` };
}

/** The answers, each once. */
function textsOf({ tries }: Attack, names: string[]): string {
  const texts = names.map((name) => tries[name]?.text.replace(/^(?:nc|nslookup): /, '') || `${name} answered nothing`);
  return [...new Set(texts)].join('; ').slice(0, 300);
}
