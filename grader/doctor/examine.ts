/**
 * Looks at everything that grading needs, and changes nothing: no engine, database or port is opened, nothing is
 * installed, no file is written.
 */

import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { holderOf } from '../api/port-holder.ts';
import { catalogueEntries, toolboxEntry } from '../catalogue/entries.ts';
import { type DockerFacts, readDockerFacts } from '../engine/docker/requirements.ts';
import { dockerAddress, openNamedDocker, openUserDocker } from '../engine/docker/user-docker.ts';
import { hasCommand, missingPackages } from '../engine/host/requirements.ts';
import { launchers } from '../engine/open-engine.ts';
import { StagecraftError } from '../errors.ts';
import { checkVersion, readIsolation } from '../isolation/isolation-record.ts';
import { limits } from '../limits.ts';
import type { Settings } from '../settings.ts';
import { clockItem, readClock } from './clock.ts';
import { diskItem, freeBytesAt, type Room } from './disk.ts';
import { type Candidate, chosenOf, dockerItem, engineItem, launcherItem } from './engine.ts';
import { isolationItem } from './isolation.ts';
import { type DoctorItem, examined } from './item.ts';
import { kernelItems, nodeItem, packagesItem, rootItem } from './machine.ts';
import { portItem } from './port.ts';
import { certificatesItem, proxyItem } from './proxy.ts';
import { browserItem, browserPaths, catalogueItem, databaseItem, readImagesKept } from './supplies.ts';

/** Every item, in the order in which one would mend them. Never throws for what it finds. */
export async function examine(settings: Settings): Promise<DoctorItem[]> {
  const candidates = await candidatesOf(settings);
  return [
    ...(await machineItems(settings, chosenOf(candidates))),
    ...(await engineItems(settings, candidates)),
    ...(await otherItems(settings)),
  ];
}

async function candidatesOf(settings: Settings): Promise<Candidate[]> {
  try {
    return await Promise.all(
      launchers(settings).map(async (launcher) => {
        const looked = Promise.all([launcher.status(), launcher.missing()]);
        const [status, missing] = await inTime(looked, [undefined, [`The ${launcher.kind} launcher does not answer.`]]);
        return { kind: launcher.kind, status, missing };
      }),
    );
  } catch (error) {
    // A home folder that can hold no socket, say: told as what every launcher lacks.
    if (!(error instanceof StagecraftError)) throw error;
    return [{ kind: 'host', status: undefined, missing: [error.message] }];
  }
}

async function machineItems(settings: Settings, chosen: Candidate | undefined): Promise<DoctorItem[]> {
  const { homeDir, cacheDir } = settings;
  const viaDocker = chosen !== undefined && chosen.kind !== 'host';
  const uid = process.getuid?.();
  const lacking = process.platform === 'linux' ? missingPackages(cacheDir) : [];
  const rooms: Room[] = [
    { id: 'disk-home', title: 'Disk of the installation', folder: homeDir, variable: 'STAGECRAFT_HOME' },
    { id: 'disk-cache', title: 'Disk of the cache', folder: cacheDir, variable: 'STAGECRAFT_CACHE' },
  ];
  return [
    rootItem(uid, viaDocker),
    nodeItem(process.version),
    packagesItem({ lacking, viaDocker, installable: uid === 0 && hasCommand('apt-get') }),
    ...(await Promise.all(
      rooms.map((room) => examined(room, async () => diskItem(room, await freeBytesAt(room.folder)))),
    )),
    ...kernelItems(),
    await examined({ id: 'clock', title: 'Clock' }, async () => clockItem(await readClock(settings.projectDir))),
  ];
}

async function engineItems(settings: Settings, candidates: Candidate[]): Promise<DoctorItem[]> {
  const chosen = chosenOf(candidates);
  const { launcher, recipe } = chosen?.status ?? { launcher: chosen?.kind, recipe: undefined };
  const now = { launcher, recipe, kernel: release(), check: checkVersion() };
  const accepted = settings.acceptWeakIsolation;
  return [
    await examined({ id: 'docker', title: 'Docker' }, () => lookAtDocker(settings, chosen)),
    launcherItem(candidates, settings.engine),
    engineItem(chosen?.status),
    isolationItem({ record: await readIsolation(settings.homeDir), now, accepted }),
  ];
}

async function lookAtDocker(settings: Settings, chosen: Candidate | undefined): Promise<DoctorItem> {
  const address = dockerAddress(settings);
  const silent: DockerFacts = { ...nothingKnown, unreachable: 'no answer in time' };
  const isExternal = settings.engine === 'external';
  const docker = isExternal ? openNamedDocker(settings) : openUserDocker(settings);
  const facts = await inTime(readDockerFacts(docker), silent);
  const installed = hasCommand('docker') || existsSync(address.replace(/^unix:\/\//, ''));
  return dockerItem({ facts, address, installed, isExternal, optional: chosen?.kind === 'host' });
}

const nothingKnown: DockerFacts = {
  ...{ apiVersion: '', version: '', osType: '', operatingSystem: '', securityOptions: [], cgroupDriver: '' },
  ...{ memoryLimit: false, pidsLimit: false, hasLoopControl: false },
};

async function otherItems(settings: Settings): Promise<DoctorItem[]> {
  const targets = [toolboxEntry, ...catalogueEntries].map(({ target }) => target);
  return [
    await examined({ id: 'catalogue', title: 'Base images' }, async () =>
      catalogueItem(await readImagesKept(settings.cacheDir, targets)),
    ),
    await databaseItem(settings),
    await examined({ id: 'port', title: 'Port' }, async () => portItem(settings.port, await holderOf(settings))),
    proxyItem(settings.environment),
    certificatesItem(settings.environment),
    browserItem(await browserPaths()),
  ];
}

/** What hangs must not hang the doctor. */
async function inTime<T>(work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), limits.doctor.answerTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
