/**
 * Starts a container from what was built, asks it the exercise's requests, and looks at it before it is removed.
 * What the container does wrong is a value; only an engine that fails is thrown.
 */
import { randomBytes } from 'node:crypto';
import type { Container } from 'dockerode';
import type { Engine, ProbeResponse, Slot } from '../engine/engine.ts';
import { untilExited } from '../engine/until-exited.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { OWNER_LABEL, ownerId } from '../owner.ts';
import { pause, unlessAborted } from '../unless-aborted.ts';
import { readableLog } from './container-log.ts';
import { containerSpec } from './container-spec.ts';
import type { ImageEvidence, RunEvidence } from './evidence.ts';
import { tryHealthCheck } from './health-check.ts';
import type { EngineAccess } from './image.ts';
import type { StopRequest } from './merge-needs.ts';
import type { RunRequest, RunSettings } from './need.ts';
import { readProcessOne, uidBaseFrom } from './process-one.ts';
import { removeContainer } from './remove-containers.ts';
import { startErrorFrom } from './start-error.ts';
import { stopContainer } from './stop-container.ts';

type Config = ImageEvidence['config'];
type ConfigToRun = Pick<Config, 'volumes' | 'workingDir'> & Partial<Pick<Config, 'healthcheck' | 'shell'>>;

export interface ImageToRun {
  image: Pick<ImageEvidence, 'id'> & { config: ConfigToRun };
  run: RunSettings;
  requests: readonly RunRequest[];
  /** Run the image's health check after the requests, until it succeeds. */
  healthWaitMs?: number | undefined;
  /** Send the stop signal after all that. */
  stop?: StopRequest | undefined;
  slot: Pick<Slot, 'cgroupParent' | 'putOff'>;
}

/**
 * @throws StagecraftError `engine_unavailable` (retryable); the signal's reason when cancelled. The container is gone
 * when the slot is given back.
 */
export async function runAndProbe(wanted: ImageToRun, { engine, signal }: EngineAccess): Promise<RunEvidence> {
  signal.throwIfAborted();
  const { volumes } = wanted.image.config;
  if (volumes.length > limits.run.volumesMax) {
    return notStarted(`The image declares ${volumes.length} volumes; at most ${limits.run.volumesMax} can be mounted.`);
  }
  const name = `run-${randomBytes(8).toString('hex')}`;
  try {
    const container = await createAndStart(name, wanted, { engine, signal });
    return typeof container === 'string' ? notStarted(container) : await observe(container, wanted, { engine, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StagecraftError) throw error;
    throw new StagecraftError('engine_unavailable', 'The sandbox engine could not run the container. Try again.', {
      retryable: true,
      cause: error,
    });
  } finally {
    // A tenth of a second that a verdict need not wait for.
    wanted.slot.putOff(() => removeContainer(engine.docker, name));
  }
}

function notStarted(startError: string): RunEvidence {
  return {
    started: false,
    startError,
    exitCode: undefined,
    oomKilled: false,
    log: '',
    ready: false,
    readyMs: undefined,
    probes: {},
    process: undefined,
  };
}

/**
 * The container, or the engine's words why it could not be started. Neither call is cancelled half-way: the daemon would
 * go on with it, and the container would appear after it was removed.
 */
async function createAndStart(
  name: string,
  { image, run, slot }: ImageToRun,
  { engine, signal }: EngineAccess,
): Promise<Container | string> {
  try {
    const container = await engine.docker.createContainer(
      containerSpec({
        name,
        imageId: image.id,
        run,
        cgroupParent: slot.cgroupParent,
        network: engine.network,
        volumes: image.config.volumes,
        workingDir: image.config.workingDir,
        labels: { [OWNER_LABEL]: ownerId() },
      }),
    );
    signal.throwIfAborted();
    await container.start();
    return container;
  } catch (error) {
    signal.throwIfAborted();
    const words = startErrorFrom(error);
    if (words === undefined) throw error;
    return words;
  }
}

async function observe(container: Container, wanted: ImageToRun, access: EngineAccess): Promise<RunEvidence> {
  const { engine, signal } = access;
  const startedAt = performance.now();
  const ended = endOf(container);
  const [facts, uidBase] = await unlessAborted(Promise.all([container.inspect(), uidBaseOf(engine)]), signal);
  const ip = facts.NetworkSettings.Networks[engine.network.runNetworkName]?.IPAddress ?? '';
  const ask = asker({ ip, run: wanted.run, ended }, access);
  const ready = await untilReady(ask, { run: wanted.run, ended, signal });
  const readyMs = ready ? Math.round(performance.now() - startedAt) : undefined;
  const started = { pid: facts.State.Pid, argv: [facts.Path, ...facts.Args], uidBase };
  const [probes, process] = await unlessAborted(
    Promise.all([askAll(ready ? wanted.requests : [], ask), readProcessOne(container, started)]),
    signal,
  );
  if (Object.values(probes).some(wasLost)) await untilEnded(ended, signal);
  const { State: state } = await unlessAborted(container.inspect(), signal);
  const there = ready && state.Running;
  const health = there
    ? await tryHealthCheck({ container, config: wanted.image.config, process, waitMs: wanted.healthWaitMs }, signal)
    : undefined;
  const stop =
    there && wanted.stop !== undefined
      ? await stopContainer({ container, ip, run: wanted.run, stop: wanted.stop, ended }, access)
      : undefined;
  // After the stop: what a program says while it ends belongs to its log.
  const log = await unlessAborted(container.logs({ stdout: true, stderr: true, tail: LOG_LINES_MAX }), signal);
  return {
    started: true,
    startError: undefined,
    exitCode: state.Running ? undefined : state.ExitCode,
    oomKilled: state.OOMKilled,
    log: readableLog(log, limits.run.logBytesMax),
    ready,
    readyMs,
    probes,
    process,
    health,
    stop,
  };
}

/** The daemon clips a line at 16 KiB, so this bounds what is read of an endless log; what is kept is bounded in bytes. */
const LOG_LINES_MAX = 1_000;

/** Fires when the container ends, by itself or because it is removed. */
function endOf(container: Container): AbortSignal {
  const ended = new AbortController();
  untilExited(container)
    .catch(() => {})
    .finally(() => ended.abort());
  return ended.signal;
}

/** A connection that breaks off: most likely the container is ending. */
function wasLost(answer: ProbeResponse | undefined): boolean {
  return answer !== undefined && !answer.ok && answer.reason !== 'timeout' && answer.reason !== 'not_http';
}

/** How long the daemon may take to notice that a container has ended, on a busy machine. */
const NOTICE_MS = 2_000;

async function untilEnded(ended: AbortSignal, signal: AbortSignal): Promise<void> {
  await pause(NOTICE_MS, AbortSignal.any([signal, ended])).catch(() => signal.throwIfAborted());
}

const uidBases = new WeakMap<Engine, Promise<number>>();

function uidBaseOf(engine: Engine): Promise<number> {
  let base = uidBases.get(engine);
  if (base === undefined) {
    base = engine.docker.info().then(({ DockerRootDir }) => uidBaseFrom(DockerRootDir));
    base.catch(() => uidBases.delete(engine));
    uidBases.set(engine, base);
  }
  return base;
}

type Ask = (request: Omit<RunRequest, 'id'>, timeoutMs: number) => Promise<ProbeResponse>;

interface Target {
  ip: string;
  run: RunSettings;
  ended: AbortSignal;
}

/** A probe that gives up at once when the container ends, instead of waiting for an address that no longer answers. */
function asker({ ip, run, ended }: Target, { engine, signal }: EngineAccess): Ask {
  const either = AbortSignal.any([signal, ended]);
  return async ({ method, path, headers, body }, timeoutMs) => {
    const request = { ip, port: run.port, method, path, timeoutMs, ...(headers && { headers }), ...(body && { body }) };
    // It ended before it was looked at; `ended` is about to fire.
    if (ip === '') return NO_LONGER_THERE;
    try {
      either.throwIfAborted();
      return await unlessAborted(engine.probe(request, either), either);
    } catch (error) {
      signal.throwIfAborted();
      if (!ended.aborted) throw error;
      return NO_LONGER_THERE;
    }
  };
}

const NO_LONGER_THERE: ProbeResponse = { ok: false, reason: 'refused', message: 'The container had ended.' };

const FIRST_DELAY_MS = 5;
const DELAY_MS_MAX = 100;

/** Any HTTP status is an answer: what the status should be is for the checks. */
async function untilReady(
  ask: Ask,
  { run, ended, signal }: { run: RunSettings; ended: AbortSignal; signal: AbortSignal },
): Promise<boolean> {
  const deadline = performance.now() + run.readyTimeoutMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 1.5, DELAY_MS_MAX)) {
    const remainingMs = Math.ceil(deadline - performance.now());
    if (remainingMs <= 0 || ended.aborted) return false;
    const timeoutMs = Math.min(limits.run.probeTimeoutMs, remainingMs);
    const response = await ask({ method: 'GET', path: run.readyPath }, timeoutMs);
    if (response.ok) return true;
    await pause(delayMs, AbortSignal.any([signal, ended])).catch(() => signal.throwIfAborted());
  }
}

/** One after the other: a small app with one file or counter behind it must not depend on luck. */
async function askAll(requests: readonly RunRequest[], ask: Ask): Promise<RunEvidence['probes']> {
  const probes: RunEvidence['probes'] = {};
  for (const request of requests) probes[request.id] = await ask(request, limits.run.probeTimeoutMs);
  return probes;
}
