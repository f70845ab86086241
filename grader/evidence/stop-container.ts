/**
 * Sends a container its stop signal, as `docker stop` does, and sees what comes of it. There is no SIGKILL afterwards:
 * a container that was killed and one that ended by itself must not look alike. Removing it is for the caller.
 */
import type { Container } from 'dockerode';
import type { ProbeResponse } from '../engine/engine.ts';
import { limits } from '../limits.ts';
import { pause, unlessAborted } from '../unless-aborted.ts';
import type { StopEvidence } from './evidence.ts';
import type { EngineAccess } from './image.ts';
import type { StopRequest } from './merge-needs.ts';
import type { RunSettings } from './need.ts';
import { statusOf } from './remove-containers.ts';

export interface ToStop {
  container: Container;
  ip: string;
  run: Pick<RunSettings, 'port'>;
  stop: StopRequest;
  /** Fires when the container has ended. */
  ended: AbortSignal;
}

/** @throws the signal's reason when cancelled. What the container does wrong is a value. */
export async function stopContainer(toStop: ToStop, access: EngineAccess): Promise<StopEvidence> {
  const { container, stop, ended } = toStop;
  const { signal } = access;
  const asked = stop.finishes === undefined ? undefined : await ask(stop.finishes, toStop, access);
  const beforeSignal = asked?.answered() ?? false;
  const sentAt = performance.now();
  const sent = await unlessAborted(sendStopSignal(container), signal);
  await pause(stop.waitMs, AbortSignal.any([signal, ended])).catch(() => signal.throwIfAborted());
  const endedAfterMs = ended.aborted ? Math.round(performance.now() - sentAt) : undefined;
  const { State: state } = await unlessAborted(container.inspect(), signal);
  const response = await asked?.response;
  return {
    signal: sent,
    waitedMs: stop.waitMs,
    endedAfterMs,
    exitCode: endedAfterMs === undefined ? undefined : state.ExitCode,
    ...(response !== undefined && { inFlight: { beforeSignal, response } }),
  };
}

interface Asked {
  response: Promise<ProbeResponse>;
  answered(): boolean;
}

/**
 * Asks, and gives the request the time to arrive. Unlike the probes before it does not give up when the container ends:
 * the answer and the end may come in the same moment.
 */
async function ask(path: string, { ip, run, stop }: ToStop, { engine, signal }: EngineAccess): Promise<Asked> {
  const timeoutMs = Math.min(stop.waitMs + limits.run.inFlightMs, limits.run.stopWaitMsMax);
  const response = engine.probe({ ip, port: run.port, method: 'GET', path, timeoutMs }, signal);
  let answered = false;
  response.then(
    () => {
      answered = true;
    },
    () => {},
  );
  await pause(limits.run.inFlightMs, signal);
  return { response, answered: () => answered };
}

const DEFAULT_SIGNAL = 'SIGTERM';

/** @returns the signal that was sent; one that ended a moment before gets none, and that is fine. */
async function sendStopSignal(container: Container): Promise<string> {
  const { Config } = await container.inspect();
  const wanted = stopSignalOf(Config as { StopSignal?: string });
  try {
    await container.kill({ signal: wanted });
    return wanted;
  } catch (error) {
    if (statusOf(error) === 409) return wanted;
    // A STOPSIGNAL that the daemon does not know: `docker stop` sends SIGTERM then.
    if (statusOf(error) !== 400 || wanted === DEFAULT_SIGNAL) throw error;
    await container.kill({ signal: DEFAULT_SIGNAL });
    return DEFAULT_SIGNAL;
  }
}

function stopSignalOf({ StopSignal }: { StopSignal?: string }): string {
  return StopSignal === undefined || StopSignal === '' ? DEFAULT_SIGNAL : StopSignal;
}
