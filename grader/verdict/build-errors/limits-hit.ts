/** Builds that were ended by a limit of the sandbox. */
import type { SlotUsage } from '../../engine/engine.ts';
import { limits } from '../../limits.ts';
import type { Explanation } from './facts.ts';

/** The kernel stops a little below. */
const nearLimit = 0.95;

export const timeout: Explanation = ({ failure, where, timeoutMs = limits.build.timeoutMs }) => {
  if (failure.reason !== 'timeout') return undefined;
  const time =
    timeoutMs >= 120_000 ? `${Math.round(timeoutMs / 60_000)} minutes` : `${Math.round(timeoutMs / 1000)} seconds`;
  return {
    code: 'timeout',
    message: `${where} was still running when the time for a build, ${time}, was over.`,
    hint: 'A build step must end by itself: start servers with CMD or ENTRYPOINT, not with RUN.',
  };
};

export const logLimit: Explanation = ({ failure, where }) => {
  if (failure.reason !== 'log_limit') return undefined;
  const { logBytesMax, logLinesMax } = limits.build;
  const most = `${Math.round(logBytesMax / 1024 / 1024)} MiB or ${logLinesMax.toLocaleString('en')} lines`;
  return { code: 'log_limit', message: `${where} was stopped because the build printed more than ${most}.` };
};

export const noSpace: Explanation = ({ text, where }) => {
  if (!/no space left on device|ENOSPC/i.test(text)) return undefined;
  return {
    code: 'no_space',
    message: `${where} ran out of disk space.`,
    hint: 'Write less: a build step here may not fill the disk.',
  };
};

export const outOfMemory: Explanation = ({ failure, text, where, usage }) => {
  const killed = failure.exitCode === 137 || /\bKilled\b|signal: killed/.test(text);
  const heap = /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|fatal error: runtime: out of memory/.test(
    text,
  );
  if (!heap && !(killed && usage !== undefined && reachedMemory(usage))) return undefined;
  const limit = `${Math.round((usage?.memoryLimitBytes ?? limits.slot.memoryBytes) / 1024 ** 2)} MiB`;
  return {
    code: 'out_of_memory',
    message: `${where} was killed because it used more memory than a build may have, ${limit}.`,
    hint: 'Let it do less at once: fewer parallel jobs, or a smaller heap.',
  };
};

export const tooManyProcesses: Explanation = ({ text, where, usage }) => {
  const refused =
    /cannot fork|can't fork|fork: .*Resource temporarily unavailable|pthread_create|newosproc|spawn \S+ EAGAIN/i;
  if (!refused.test(text)) return undefined;
  if (usage !== undefined && usage.pidsPeak < usage.pidsLimit * nearLimit) return undefined;
  const limit = usage?.pidsLimit ?? limits.slot.pidsMax;
  return {
    code: 'too_many_processes',
    message: `${where} started more processes than a build may have at once, ${limit}.`,
  };
};

function reachedMemory(usage: SlotUsage): boolean {
  return usage.oomKills > 0 || usage.memoryPeakBytes >= usage.memoryLimitBytes * nearLimit;
}
