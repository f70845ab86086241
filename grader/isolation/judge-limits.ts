/** How much learners' code may take: memory, processes, processor time, disk. */
import { formatSize } from '../checks/format-size.ts';
import { type Finding, notTried, type PlaceName, subject, wall } from './finding.ts';
import type { Wall } from './isolation.ts';
import type { Observed } from './observed.ts';

const mendLimits =
  'The cgroup controllers memory, pids and cpu must be there and in force below the engine (`npx stagecraft doctor` says which are). Start the engine again; on an engine of your own, set the limits on its cgroup parent.';

/** Of the memory limit: below this an attempt that was stopped was stopped by something else. */
const memoryShareMin = 0.9;
/** The kernel hands out processor time in slices, and the clock is read in hundredths. */
const processorTolerance = 1.25;
/** Fewer than this could not be told from a machine on which nothing runs. */
const processesMin = 16;
const processorMin = 0.1;
/** The file system's own bookkeeping, and sizes that are rounded up. */
const diskTolerance = 1.02;
const killed = '137';

export function judgeLimits(place: PlaceName, observed: Observed): Wall[] {
  const disk = place === 'build' ? buildDisk(observed) : runDisk(observed);
  return [memory(place, observed), processes(place, observed), processor(place, observed), disk];
}

function memory(place: PlaceName, observed: Observed): Wall {
  const { memoryBytes } = observed.allowed[place];
  const told = {
    id: `${place}-memory`,
    title: `${subject[place]} can't take more memory than ${formatSize(memoryBytes)}`,
    attempted: `filling a tenth more than ${formatSize(memoryBytes)}; filling 16 MiB as a control`,
    mend: mendLimits,
  };
  return wall(told, memoryFinding(place, observed));
}

function memoryFinding(place: PlaceName, observed: Observed): Finding {
  const { tries } = observed[place];
  const lacking = notTried(observed[place], ['memory:within', 'memory:beyond']);
  if (lacking !== undefined) return lacking;
  const [within, beyond] = [tries['memory:within'], tries['memory:beyond']];
  if (within?.result !== '0')
    return { held: false, seen: `It could not be tried: 16 MiB were too much (${within?.text}).` };
  if (beyond?.result === '0') return { held: false, seen: 'It got them all.' };
  if (beyond?.result !== killed)
    return { held: false, seen: `It could not be tried: it ended with status ${beyond?.result} (${beyond?.text}).` };
  if (place === 'run') return { held: true, seen: 'It was killed.' };
  const { memoryPeakBytes, memoryLimitBytes } = observed.build.usage;
  const peak = formatSize(memoryPeakBytes);
  if (memoryPeakBytes < memoryLimitBytes * memoryShareMin)
    return { held: false, seen: `It was killed, but not at the slot's limit: the slot counted ${peak}.` };
  return { held: true, seen: `It was killed; the slot counted ${peak}.` };
}

function processes(place: PlaceName, observed: Observed): Wall {
  const { pids } = observed.allowed[place];
  const told = {
    id: `${place}-processes`,
    title: `${subject[place]} can't start more than ${pids} processes`,
    attempted: `starting more than ${pids} that sleep`,
    mend: mendLimits,
  };
  const attack = observed[place];
  const lacking = notTried(attack, ['processes']);
  if (lacking !== undefined) return wall(told, lacking);
  const started = Number(attack.tries.processes?.result);
  if (started > pids) return wall(told, { held: false, seen: `It started ${started}.` });
  if (!(started >= processesMin))
    return wall(told, { held: false, seen: `It could not be tried: it started no more than ${started}.` });
  return wall(told, { held: true, seen: `After ${started} no further one was let start.` });
}

function processor(place: PlaceName, observed: Observed): Wall {
  const allowed = observed.allowed[place].cpus;
  const count = allowed === 1 ? 'one processor' : `${allowed} processors`;
  const told = {
    id: `${place}-processor`,
    title: `${subject[place]} can't take more than ${count}`,
    attempted: `${allowed + 2} endless loops for a second, on a machine with ${observed.cpus}`,
    mend: mendLimits,
  };
  const attack = observed[place];
  const lacking = notTried(attack, ['processor']);
  if (lacking !== undefined) return wall(told, lacking);
  const used = processorsUsed(attack.tries.processor?.result ?? '', attack.tries.processor?.text ?? '');
  if (!(used >= processorMin))
    return wall(told, { held: false, seen: `It could not be tried: the loops took ${used} processors.` });
  const seen = `The loops took ${used.toFixed(2)}.`;
  if (used > allowed * processorTolerance) return wall(told, { held: false, seen });
  return wall(told, { held: true, seen: observed.cpus > allowed ? seen : `${seen} The machine has no more to take.` });
}

/**
 * @param clock `<before>-<after>`, seconds since boot
 * @param times the shell's `times`: own user and system, children's user and system, as `0m1.230s`
 */
function processorsUsed(clock: string, times: string): number {
  const [before = Number.NaN, after = Number.NaN] = clock.split('-').map(Number);
  const [, , user = Number.NaN, system = Number.NaN] = times.split(' ').map(secondsOf);
  return (user + system) / (after - before);
}

function secondsOf(text: string): number {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

function buildDisk(observed: Observed): Wall {
  const { diskBytes } = observed.allowed.build;
  const told = {
    id: 'build-disk',
    title: "A build can't fill this machine's disk",
    attempted: `asking how much the file system that it writes to can hold; at most ${formatSize(diskBytes)} are the engine's`,
    mend: "The engine's data must lie on a file system of its own of limited size. `npx stagecraft engine stop` and starting again makes it; on an engine of your own, move its data root to one.",
  };
  const lacking = notTried(observed.build, ['disk', 'file:/a-file']);
  if (lacking !== undefined) return wall(told, lacking);
  const [blocks = Number.NaN, size = Number.NaN] = (observed.build.tries.disk?.result ?? '').split('-').map(Number);
  const holds = blocks * size;
  const wrote = Number(observed.build.tries['file:/a-file']?.result);
  if (!(holds > 0) || wrote === 0)
    return wall(told, { held: false, seen: 'It could not be tried: it could not write a file there.' });
  return wall(told, { held: holds <= diskBytes * diskTolerance, seen: `It holds ${formatSize(holds)}.` });
}

function runDisk(observed: Observed): Wall {
  const { fileBytes } = observed.allowed.run;
  const told = {
    id: 'run-disk',
    title: `A container can't keep files of more than ${formatSize(fileBytes)}`,
    attempted: `writing more to /tmp and /dev/shm, and 1 MiB to the image's own files`,
    mend: 'The engine must honour read-only root file systems and the size of a tmpfs. Start it again; on an engine of your own, see that its storage driver is overlay2.',
  };
  const { tries } = observed.run;
  const lacking = notTried(observed.run, ['file:/a-file', 'file:/tmp/a-file', 'file:/dev/shm/a-file']);
  if (lacking !== undefined) return wall(told, lacking);
  const written = (path: string) => Number(tries[`file:${path}`]?.result);
  const [root, ...filled] = [written('/a-file'), written('/tmp/a-file'), written('/dev/shm/a-file')];
  const most = Math.max(...filled);
  if (most === 0) return wall(told, { held: false, seen: 'It could not be tried: it could write nothing at all.' });
  const seen = `It wrote ${formatSize(root ?? 0)} to the image's files and at most ${formatSize(most)} elsewhere.`;
  return wall(told, { held: root === 0 && most <= fileBytes, seen });
}
