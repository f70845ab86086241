/** The `cargo` command for filling. */
import { StagecraftError } from '../../errors.ts';
import { runCommand } from '../run-command.ts';

/** @throws StagecraftError `host_lacks` */
export async function findCargo(signal: AbortSignal | undefined): Promise<string[]> {
  const onHost = await runCommand(['cargo', '--version'], { signal }).catch((error: unknown) => {
    if (error instanceof StagecraftError && error.code === 'host_lacks') return undefined;
    throw error;
  });
  if (onHost?.exitCode === 0) return ['cargo'];
  throw new StagecraftError('host_lacks', 'Crates are downloaded with cargo, which was not found here; install it.');
}
