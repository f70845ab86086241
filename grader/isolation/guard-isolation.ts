/** Keeps grading from starting on an engine whose walls were not seen to hold. */
import type { Engine, EngineStatus, Launcher } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import type { ProgressSink } from '../progress.ts';
import type { Settings } from '../settings.ts';
import { checkIsolation } from './check-isolation.ts';
import { type IsolationReport, missingWalls, weakIsolationSentence } from './isolation.ts';
import { differenceBetween, readIsolation, rememberIsolation, subjectOf } from './isolation-record.ts';

export interface GuardOptions {
  engine: Engine;
  launcher: Pick<Launcher, 'status'>;
  settings: Pick<Settings, 'homeDir' | 'acceptWeakIsolation'>;
  /** Resolves when the toolbox image, which the attacks need, is in the engine. */
  toolbox: () => Promise<void>;
  progress: ProgressSink;
  signal: AbortSignal;
  /** @default the self-test */
  check?: typeof checkIsolation;
}

const task = { id: 'isolation', title: 'Isolation of the sandbox' };

/**
 * The remembered result when it is for this engine, kernel and self-test, and every wall held or weak isolation was
 * accepted; otherwise tries them.
 * @throws StagecraftError `host_lacks` with the walls that are missing, unless weak isolation was accepted
 */
export async function guardIsolation(options: GuardOptions): Promise<IsolationReport | undefined> {
  const { settings, progress, signal } = options;
  try {
    const report = await isolationOf(options);
    const missing = missingWalls(report).length;
    if (missing > 0 && !settings.acceptWeakIsolation)
      throw new StagecraftError('host_lacks', weakIsolationSentence(report));
    const count = missing === 1 ? 'one wall is missing' : `${missing} walls are missing`;
    progress({ ...task, state: 'ready', ...(missing > 0 && { detail: `${count}, which was accepted` }) });
    return report;
  } catch (error) {
    signal.throwIfAborted();
    const sentence =
      error instanceof StagecraftError ? error.message : 'The isolation of the sandbox could not be tested.';
    progress({ ...task, state: 'failed', detail: sentence });
    if (settings.acceptWeakIsolation) return undefined;
    if (error instanceof StagecraftError) throw error;
    throw new StagecraftError('engine_unavailable', sentence, { cause: error, retryable: true });
  }
}

async function isolationOf(options: GuardOptions): Promise<IsolationReport> {
  const status = await options.launcher.status();
  if (status === undefined) throw gone();
  const remembered = await readIsolation(options.settings.homeDir);
  const isFor = remembered && differenceBetween(remembered.subject, subjectOf(status)) === undefined;
  // What is missing may have been mended meanwhile; whoever accepted it need not wait for that at every start.
  const isGood = remembered && (options.settings.acceptWeakIsolation || missingWalls(remembered.report).length === 0);
  if (isFor && isGood) return remembered.report;
  return await checkAndRemember(options, status);
}

/** Tries every wall, whatever is remembered. Once more when the engine went away under the first try, or a wall seemed missing. */
export async function checkAndRemember(
  options: Omit<GuardOptions, 'settings' | 'launcher'> & { settings: Pick<Settings, 'homeDir'> },
  status: Pick<EngineStatus, 'launcher' | 'recipe'>,
): Promise<IsolationReport> {
  const { engine, progress, signal, check = checkIsolation } = options;
  progress({ ...task, state: 'running', detail: 'waiting for the toolbox image' });
  await options.toolbox();
  progress({ ...task, state: 'running', detail: 'attacking it from inside a build and a container' });
  const tryAll = () => check(engine, { launcher: status.launcher, signal });
  const first = await tryAll().catch((error) => {
    if (signal.aborted || !(error instanceof StagecraftError && error.retryable)) throw error;
    return undefined;
  });
  // A wall that is missing is missing twice; on a busy machine an attack may have come to nothing once.
  const report = first !== undefined && missingWalls(first).length === 0 ? first : await tryAll();
  await rememberIsolation(options.settings.homeDir, { subject: subjectOf(status), report });
  return report;
}

function gone(): StagecraftError {
  return new StagecraftError('engine_unavailable', 'The sandbox engine ended before its isolation was tested.', {
    retryable: true,
  });
}
