/** What is put into an engine beside its root file system, and the recipe of the whole. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { rootfsRecipe } from './host/rootfs.ts';
import { engineNetwork } from './instance.ts';

/** Mounted into the engine as it is. */
export const agentDir = resolve(import.meta.dirname, 'agent');

/** Tells Node that the agent's files are modules. */
export const packageJson = resolve(import.meta.dirname, '..', '..', 'package.json');

/** The first Node that runs TypeScript as it is. */
const nodeVersionMin = [22, 18] as const;

/** The Node that the agent runs on: this process's own. @throws StagecraftError `host_lacks` when it is too old */
export function agentNode(): string {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  if (major > nodeVersionMin[0] || (major === nodeVersionMin[0] && minor >= nodeVersionMin[1])) return process.execPath;
  throw new StagecraftError(
    'host_lacks',
    `The sandbox engine needs Node ${nodeVersionMin.join('.')} or later, and this is ${process.version}. Start it with \`npx stagecraft\`, which brings its own.`,
  );
}

/**
 * Changes whenever a running engine would differ from one started now.
 * @param launchFile the file that says how the engine's container is made
 */
export function engineRecipe(launchFile: string): string {
  const hash = createHash('sha256').update(rootfsRecipe).update(process.version);
  const files = readdirSync(agentDir).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const paths = files.sort().map((name) => join(agentDir, name));
  for (const path of [...paths, join(import.meta.dirname, 'agent-config.ts'), launchFile]) {
    hash.update(path.slice(import.meta.dirname.length)).update(readFileSync(path));
  }
  return hash.update(JSON.stringify({ engineNetwork, limits })).digest('hex').slice(0, 12);
}
