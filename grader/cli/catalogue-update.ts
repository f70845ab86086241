import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogueEntries } from '../catalogue/entries.ts';
import { blobStore } from '../catalogue/registry/blobs.ts';
import { registryHost } from '../catalogue/registry/client.ts';
import { describeChanges, readLock, repositoryOf, writeLock } from '../catalogue/registry/lock.ts';
import { openClient } from '../catalogue/registry/open-registry.ts';
import { registryOptions } from '../catalogue/registry/registry-options.ts';
import { proposeLock } from '../catalogue/registry/update-lock.ts';
import { type CommandContext, exitCodes } from './command.ts';
import { openProgressDisplay } from './progress-display.ts';

/** Asks the registries for today's digests, shows what would change, and changes it only when told. Needs no engine. */
export async function update(options: { write?: boolean }, context: CommandContext): Promise<number> {
  const { settings, signal } = context;
  const registry = registryOptions(settings);
  const before = await readLock(registry.lockFile);
  const scratch = await mkdtemp(join(tmpdir(), 'stagecraft-update-'));
  const display = openProgressDisplay();
  try {
    const named = [...before.images.map(repositoryOf), ...catalogueEntries.map(({ name }) => name)];
    const hosts = [...new Set(named.map(registryHost))];
    const target = { hosts, scratch, store: blobStore(scratch) };
    const client = await openClient({ registry, progress: display.sink, signal }, target);
    const { lock, failures, asked } = await proposeLock({ entries: catalogueEntries, lock: before, client, signal });
    display.close();
    for (const failure of failures) process.stderr.write(`${failure}\n`);
    const changes = describeChanges(before, lock);
    if (options.write && changes.length > 0) await writeLock(registry.lockFile, lock);
    const end = closing({ changes: changes.length, asked, write: options.write === true, file: registry.lockFile });
    process.stdout.write(`${[...changes, end].join('\n')}\n`);
    return failures.length === 0 ? exitCodes.passed : exitCodes.graderFault;
  } finally {
    display.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

function closing(done: { changes: number; asked: number; write: boolean; file: string }): string {
  if (done.asked === 0) return `No registry could be asked; ${done.file} stays as it is.`;
  if (done.changes === 0) return `Nothing to change in ${done.file}.`;
  if (!done.write) return 'Nothing is written yet. To use these: npx stagecraft catalogue update --write';
  return `${done.file} is written. Bring the images in (npx stagecraft catalogue build), then measure sizes on them again (npm run measure).`;
}
