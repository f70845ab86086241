/** The attacks from inside a container that runs what was built, with another learner's container beside it. */
import { randomBytes } from 'node:crypto';
import { containerSpec } from '../evidence/container-spec.ts';
import type { RunSettings } from '../evidence/need.ts';
import { removeContainer } from '../evidence/remove-containers.ts';
import { runAndProbe } from '../evidence/run.ts';
import { limits } from '../limits.ts';
import { OWNER_LABEL, ownerId } from '../owner.ts';
import type { Place } from './attack-build.ts';
import { environmentOf, type Plan } from './attack-plan.ts';
import { type Attack, readTries } from './observed.ts';

export interface RunAttack {
  attack: Omit<Attack, 'bites'>;
  neighbourAnswered: boolean;
}

const port = 8080;
const settings: RunSettings = {
  port,
  env: {},
  hosts: [],
  readOnly: true,
  readyPath: '/',
  readyTimeoutMs: limits.isolation.runTimeoutMs,
};

/** Runs the image with a neighbour, and asks the neighbour whether it is there. */
export async function attackFromRun(imageId: string, plan: Plan, place: Place): Promise<RunAttack> {
  const { engine, slot, signal } = place;
  const neighbour = await startNeighbour(imageId, place);
  try {
    const target = { ip: neighbour.ip, port, method: 'GET', path: '/', timeoutMs: limits.run.probeTimeoutMs };
    const environment = environmentOf({
      ...plan,
      connect: { neighbour: `${neighbour.ip}:${port}` },
      resolve: { neighbour: neighbour.name },
      serve: port,
    });
    const run = await runAndProbe(
      {
        image: { id: imageId, config: { volumes: [], workingDir: '/' } },
        run: { ...settings, env: environment },
        requests: [],
        slot,
      },
      { engine, signal },
    );
    // Afterwards: it had the time to start, and it was there all the while.
    const { ok: neighbourAnswered } = await engine.probe(target, signal);
    const attack: RunAttack['attack'] = { tries: readTries(run.log, plan.mark) };
    if (!run.ready) attack.trouble = run.startError ?? `The container ended with status ${run.exitCode}. ${run.log}`;
    return { attack, neighbourAnswered };
  } finally {
    slot.putOff(() => removeContainer(engine.docker, neighbour.name));
  }
}

async function startNeighbour(imageId: string, { engine, slot, signal }: Place): Promise<{ name: string; ip: string }> {
  const name = `neighbour-${randomBytes(8).toString('hex')}`;
  try {
    const container = await engine.docker.createContainer({
      ...containerSpec({
        ...{ name, imageId, run: settings, volumes: [], workingDir: '/' },
        cgroupParent: slot.cgroupParent,
        network: engine.network,
        labels: { [OWNER_LABEL]: ownerId() },
      }),
      Cmd: ['httpd', '-f', '-p', String(port), '-h', '/tmp'],
    });
    await container.start();
    const { NetworkSettings } = await container.inspect();
    signal.throwIfAborted();
    return { name, ip: NetworkSettings.Networks[engine.network.runNetworkName]?.IPAddress ?? '' };
  } catch (error) {
    slot.putOff(() => removeContainer(engine.docker, name));
    throw error;
  }
}
