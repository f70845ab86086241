/**
 * Fills the mirror's Maven repository with what the builds of a folder need, plugins included. The poms are read as
 * data by Maven's own libraries; nothing that they name runs here (decision 0010).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StagecraftError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { lastLines, runCommand } from '../../run-command.ts';
import type { MavenClient } from './client.ts';
import { findPoms } from './poms.ts';
import { completeTree, parseArtifactPath } from './tree.ts';

export interface MavenFillRequest {
  /** A folder with a pom.xml; modules below it belong to it. */
  folder: string;
  /** For messages: `my-app`. */
  label: string;
  /** `<cacheDir>/packages/maven`. */
  treeRoot: string;
  client: () => Promise<MavenClient>;
  signal?: AbortSignal | undefined;
}

/** What the builds see; profiles look at it. */
const javaOfBuilds = '21.0.0';
/** The reasons kept for one folder. */
const missingMax = 20;

/** @returns one sentence per thing that could not be had */
export async function fillMaven(request: MavenFillRequest): Promise<string[]> {
  const { folder, label, treeRoot, signal } = request;
  const poms = await findPoms(folder);
  if (poms.length === 0) return [];
  await mkdir(treeRoot, { recursive: true });
  const { classPath } = await request.client();
  const timeout = AbortSignal.timeout(limits.packages.mavenTimeoutMs);
  const command = [
    // The operator's own options, as `mvn` takes them: proxies and trust stores are often set there.
    ...['sh', '-c', 'exec java $MAVEN_OPTS "$@"', 'sh', '-Xmx768m'],
    // Nearly all of the time is waiting for answers.
    '-Djava.util.concurrent.ForkJoinPool.common.parallelism=12',
    ...['-cp', classPath, 'FillMaven', treeRoot, javaOfBuilds],
    ...poms.map((pom) => join(folder, pom)),
  ];
  const result = await runCommand(command, { signal: AbortSignal.any([timeout, ...(signal ? [signal] : [])]) }).catch(
    (error: unknown) => {
      if (!timeout.aborted || signal?.aborted) throw error;
      const minutes = limits.packages.mavenTimeoutMs / 60_000;
      throw new StagecraftError(
        'not_ready',
        `Maven packages of ${label} were not complete after ${minutes} minutes. Try again: what is there stays.`,
        { retryable: true },
      );
    },
  );
  const said = readResult(result.stdout);
  await completeTree(treeRoot, said.files);
  const missing = [...said.missing.map((sentence) => `${label}: ${sentence}`), ...snapshots(said.files, label)];
  if (result.exitCode !== 0) {
    missing.push(`${label}/pom.xml could not be read by Maven: ${firstError(result.stderr)}`);
  }
  return missing.slice(0, missingMax);
}

/** The program prints a line per result: `file` or `missing`, a tab, and which. */
export function readResult(stdout: string): { files: string[]; missing: string[] } {
  const of = (kind: string): string[] =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith(`${kind}\t`))
      .map((line) => line.slice(kind.length + 1));
  return { files: of('file'), missing: of('missing') };
}

/** A snapshot is looked up by a time stamp that changes; a mirror of plain files has nothing to answer. */
function snapshots(files: readonly string[], label: string): string[] {
  const versions = files.flatMap((file) => {
    const parsed = parseArtifactPath(file);
    return parsed?.version.endsWith('-SNAPSHOT') ? [`${parsed.group}:${parsed.artifact}:${parsed.version}`] : [];
  });
  return [...new Set(versions)].map(
    (one) => `${label}: ${one} is a snapshot, which the package mirror here can't serve. Use a released version.`,
  );
}

/** Java prints the cause before where it happened. */
function firstError(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => !/^\s+at |^\s*\.\.\. \d+ more/.test(line));
  return lastLines(lines.join('\n'), 1) || 'it gave no reason.';
}
