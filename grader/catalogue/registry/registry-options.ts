/** Where this installation's lock file is, and where its machine's Docker keeps what it knows of registries. */
import { join } from 'node:path';
import type { Settings } from '../../settings.ts';
import type { RegistryOptions } from '../catalogue.ts';

export function registryOptions(settings: Settings): RegistryOptions {
  return {
    lockFile: join(settings.contentDir, 'catalogue-lock.json'),
    dockerConfigDir: settings.dockerConfigDir,
    dockerEtcDir: '/etc/docker',
    environment: settings.environment,
  };
}
