/**
 * How long-running set-up work tells people where it is: one sink, many displays (terminal, `/api/health`, tests).
 */
export interface ProgressTask {
  /** Stable name of the thing being made ready: `engine`, `image node:20-slim`, `packages ts-api`. */
  id: string;
  /** A few words for people. */
  title: string;
  state: 'waiting' | 'running' | 'ready' | 'failed';
  /** What it is doing now, or why it failed. */
  detail?: string;
}

export type ProgressSink = (task: ProgressTask) => void;

export const silentProgress: ProgressSink = () => {};
