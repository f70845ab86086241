/**
 * The repository as plain files. Its artifacts come from Maven's own resolver; what a repository has beside them is
 * made here: a checksum for each file, and lists of the versions and the plugins that are there.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists } from '../../made-once.ts';
import { writeUntilStable, writeWhole } from '../write-whole.ts';

/** Where a file of the tree belongs: `org/example/lib/1.0/lib-1.0.jar`. */
export interface ArtifactPath {
  /** `org.example` */
  group: string;
  artifact: string;
  version: string;
  file: string;
}

export function parseArtifactPath(path: string): ArtifactPath | undefined {
  const parts = path.split('/');
  const [file, version, artifact] = [parts.at(-1), parts.at(-2), parts.at(-3)];
  const group = parts.slice(0, -3).join('.');
  if (!file || !version || !artifact || group === '') return undefined;
  return { group, artifact, version, file };
}

/** Makes what is new in the tree complete: checksums, `maven-metadata.xml` of each artifact and of each group of plugins. */
export async function completeTree(treeRoot: string, files: readonly string[]): Promise<void> {
  const artifacts = new Set<string>();
  for (const file of files) {
    const parsed = parseArtifactPath(file);
    if (parsed === undefined) continue;
    await addChecksum(join(treeRoot, file));
    artifacts.add(dirname(dirname(file)));
  }
  for (const path of artifacts) await writeVersions(treeRoot, path);
  const groups = new Set([...artifacts].filter((path) => goalPrefix(artifactOf(path)) !== undefined).map(dirname));
  for (const path of groups) await writePrefixes(treeRoot, path);
}

async function addChecksum(file: string): Promise<void> {
  if (await exists(`${file}.sha1`)) return;
  await writeWhole(
    `${file}.sha1`,
    createHash('sha1')
      .update(await readFile(file))
      .digest('hex'),
  );
}

/** For version ranges, and for plugins without a version: what is listed is there. */
async function writeVersions(treeRoot: string, path: string): Promise<void> {
  const folder = join(treeRoot, path);
  await writeMetadata(join(folder, 'maven-metadata.xml'), {
    parts: async () => await wholeVersions(folder),
    content: (versions) => {
      const sorted = [...versions].sort(compareMavenVersions);
      const newest = sorted.findLast((version) => !isPreRelease(version)) ?? sorted.at(-1) ?? '';
      const listed = sorted.map((version) => `      <version>${version}</version>\n`).join('');
      return (
        `  <groupId>${dirname(path).replaceAll('/', '.')}</groupId>\n  <artifactId>${artifactOf(path)}</artifactId>\n` +
        `  <versioning>\n    <latest>${newest}</latest>\n    <release>${newest}</release>\n` +
        `    <versions>\n${listed}    </versions>\n  </versioning>\n`
      );
    },
  });
}

/** Versions with more than a pom; where nothing has more (parents, lists of versions), all of them. */
async function wholeVersions(folder: string): Promise<string[]> {
  const all: string[] = [];
  const whole: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const names = await readdir(join(folder, entry.name));
    if (names.some((name) => name.endsWith('.pom'))) all.push(entry.name);
    if (names.some((name) => /\.(jar|war|aar|zip)$/.test(name))) whole.push(entry.name);
  }
  return (whole.length > 0 ? whole : all).sort();
}

/** For `mvn dependency:tree`: which plugin a short name means. */
async function writePrefixes(treeRoot: string, path: string): Promise<void> {
  const folder = join(treeRoot, path);
  await writeMetadata(join(folder, 'maven-metadata.xml'), {
    parts: async () => (await readdir(folder)).filter((name) => goalPrefix(name) !== undefined).sort(),
    content: (plugins) =>
      `  <plugins>\n${plugins
        .map((name) => {
          const prefix = goalPrefix(name);
          return `    <plugin><name>${name}</name><prefix>${prefix}</prefix><artifactId>${name}</artifactId></plugin>\n`;
        })
        .join('')}  </plugins>\n`,
  });
}

async function writeMetadata(
  file: string,
  of: { parts: () => Promise<string[]>; content: (parts: string[]) => string },
): Promise<void> {
  await writeUntilStable(file, {
    parts: of.parts,
    content: async (parts) => `<?xml version="1.0" encoding="UTF-8"?>\n<metadata>\n${of.content(parts)}</metadata>\n`,
  });
  await writeWhole(
    `${file}.sha1`,
    createHash('sha1')
      .update(await readFile(file))
      .digest('hex'),
  );
}

const artifactOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** By Maven's rule for names of plugins: `maven-jar-plugin` and `jar-maven-plugin` are both `jar`. */
export function goalPrefix(artifact: string): string | undefined {
  if (artifact === 'maven-plugin-plugin') return 'plugin';
  return /^maven-(.+)-plugin$/.exec(artifact)?.[1] ?? /^(.+)-maven-plugin$/.exec(artifact)?.[1];
}

const preRelease = /(^|[-.\d])(alpha|beta|milestone|m|rc|cr|snapshot|ea|preview)([-.\d]|$)/i;

function isPreRelease(version: string): boolean {
  return preRelease.test(version);
}

/** Numbers by value, and a release after its previews; enough to tell the newest. */
export function compareMavenVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('-')[0] as string);
  const order = (left as string).localeCompare(right as string, 'en', { numeric: true });
  if (order !== 0) return order;
  if (isPreRelease(a) !== isPreRelease(b)) return isPreRelease(a) ? -1 : 1;
  return a.localeCompare(b, 'en', { numeric: true });
}
