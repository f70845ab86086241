/** Plays a recording of buildx's stderr back, as if the build ran now. */

import type { DockerfileModel } from '../../dockerfile/model.ts';
import { type BuildFailure, failureOf } from '../build-failure.ts';
import { type BuildEvent, BuildProgress } from '../build-progress.ts';
import { RawJsonReader } from '../rawjson.ts';

export interface Replay {
  progress: BuildProgress;
  events: BuildEvent[];
  /** How often it was told that the log is full. */
  logFull: number;
  failure: BuildFailure;
}

/** @param pieceLength the recording arrives in pieces of so many characters */
export function replay(
  recording: string,
  model: DockerfileModel | undefined,
  {
    pieceLength = 4096,
    reason = 'failed' as BuildFailure['reason'],
    logBytesMax = 1024 ** 2,
    logLinesMax = 10_000,
  } = {},
): Replay {
  const events: BuildEvent[] = [];
  let logFull = 0;
  const onLogFull = (): void => {
    logFull += 1;
  };
  const emit = (event: BuildEvent) => events.push(event);
  const progress = new BuildProgress({ model, emit, logBytesMax, logLinesMax, onLogFull });
  const reader = new RawJsonReader((status) => progress.add(status));
  for (let at = 0; at < recording.length; at += pieceLength) reader.push(recording.slice(at, at + pieceLength));
  reader.end();
  progress.end();
  return { progress, events, logFull, failure: failureOf(reason, progress, reader.plain) };
}
