/** What every command is given and how it may end. */
import type { Settings } from '../settings.ts';

export const exitCodes = { passed: 0, notPassed: 1, badInput: 2, graderFault: 3, interrupted: 130 } as const;

export interface CommandContext {
  settings: Settings;
  /** Aborted by Ctrl-C and SIGTERM; a second Ctrl-C ends the process at once. */
  signal: AbortSignal;
}
