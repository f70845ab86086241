import type { Container } from 'dockerode';

const lookIntervalMs = 3_000;

/**
 * Waits for the end of a container that has been started.
 *
 * The daemon's answer to `wait` begins at once and goes on when the container ends. If the daemon dies in between,
 * docker-modem (5.0) tells nobody: it listens to 'data' and 'end' of an answer, which never come, and an aborted signal
 * does not help either. Therefore the container is also looked at now and then.
 *
 * @returns its exit code
 * @throws what the daemon says when there is no such container, or what the connection says when there is no daemon
 */
export async function untilExited(
  container: Pick<Container, 'wait' | 'inspect'>,
  { intervalMs = lookIntervalMs } = {},
): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const seen = new Promise<number>((resolve, reject) => {
    const look = async (): Promise<void> => {
      const { State } = await container.inspect();
      if (!State.Running) resolve(State.ExitCode);
    };
    timer = setInterval(() => look().catch(reject), intervalMs);
  });
  try {
    const told = (container.wait() as Promise<{ StatusCode: number }>).then(({ StatusCode }) => StatusCode);
    return await Promise.race([told, seen]);
  } finally {
    clearInterval(timer);
  }
}
