/** What `docker load` answers. */
import type Docker from 'dockerode';
import { StagecraftError } from '../errors.ts';

/** dockerd answers 200 first and reports a failure in the stream that follows. */
export async function untilLoaded(docker: Docker, response: NodeJS.ReadableStream): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(response, (error: Error | null, lines: { error?: string }[]) => {
      const failure = error?.message ?? lines?.find((line) => line.error !== undefined)?.error;
      if (failure === undefined) resolve();
      else reject(new StagecraftError('internal', `The image could not be loaded: ${failure}`));
    });
  });
}
