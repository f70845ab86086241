/** Removes containers: one after its run, and all that a crashed grader left behind. */
import type Docker from 'dockerode';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { isOwnerAlive, OWNER_LABEL } from '../owner.ts';
import { pause } from '../unless-aborted.ts';

/**
 * Kills and removes a container with its anonymous volumes. One that does not exist is fine. Takes no signal of the
 * caller on purpose: it must also happen after a cancellation.
 * @throws StagecraftError `engine_unavailable` when it is still there after `limits.run.stopTimeoutMs`.
 */
export async function removeContainer(docker: Docker, name: string): Promise<void> {
  const signal = AbortSignal.timeout(limits.run.stopTimeoutMs);
  for (let delayMs = 20; ; delayMs = Math.min(delayMs * 2, 500)) {
    try {
      await docker.getContainer(name).remove({ force: true, v: true, abortSignal: signal });
      return;
    } catch (error) {
      if (statusOf(error) === 404) return;
      // 409 while another removal is under way; anything else may pass too (a daemon that starts again).
      const left = await pause(delayMs, signal).then(
        () => true,
        () => false,
      );
      if (!left) throw notRemoved(name, error);
    }
  }
}

function notRemoved(name: string, cause: unknown): StagecraftError {
  return new StagecraftError(
    'engine_unavailable',
    `The container ${name} could not be removed from the sandbox engine.`,
    {
      retryable: true,
      cause,
    },
  );
}

export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/**
 * Removes containers whose grader no longer runs, and volumes that were made for them.
 * @returns the containers' names.
 */
export async function removeLeftovers(docker: Docker): Promise<string[]> {
  const containers = await docker.listContainers({ all: true, filters: { label: [OWNER_LABEL] } });
  const left = containers.filter(({ Labels }) => !isOwnerAlive(Labels[OWNER_LABEL] ?? ''));
  await Promise.all(left.map(({ Id }) => removeContainer(docker, Id)));
  await removeLeftVolumes(docker);
  return left.map(({ Id, Names }) => Names[0]?.replace(/^\//, '') ?? Id);
}

async function removeLeftVolumes(docker: Docker): Promise<void> {
  const { Volumes } = await docker.listVolumes({ filters: { label: [OWNER_LABEL] } });
  const left = (Volumes ?? []).filter(({ Labels }) => !isOwnerAlive(Labels?.[OWNER_LABEL] ?? ''));
  await Promise.allSettled(left.map(({ Name }) => docker.getVolume(Name).remove()));
}
