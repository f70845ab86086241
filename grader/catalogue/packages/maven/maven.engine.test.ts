/** A real build from nothing but what was filled, and poms that try to run code or to write where they should not. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Slot } from '../../../engine/engine.ts';
import { buildInSlot, testEngine } from '../../../engine/testing.ts';
import { silentProgress } from '../../../progress.ts';
import { readSettings } from '../../../settings.ts';
import { openCatalogue } from '../../open-catalogue.ts';
import { runOrThrow } from '../../run-command.ts';
import { openPackages } from '../fill-packages.ts';
import { compileProgram, type MavenClient, mavenFromImage, mavenImage } from './client.ts';
import { fillMaven } from './fill.ts';

const fixture = join(import.meta.dirname, '..', '..', 'fixtures', 'maven-app');
let engine: Awaited<ReturnType<typeof testEngine>>;
let slot: Slot;
let home: string;
let client: MavenClient;
let work: string;
let missing: string[];

beforeAll(async () => {
  const { cacheDir } = readSettings();
  engine = await testEngine();
  const options = { engine, cacheDir, progress: silentProgress };
  const catalogue = await openCatalogue(options);
  await catalogue.fill({ first: [mavenImage], only: true });
  await catalogue.ready([mavenImage]);
  ({ missing } = await openPackages({ ...options, catalogue })({ folder: fixture, label: 'maven-app' }));
  home = await mavenFromImage({ ...options, catalogue }, undefined);
  client = await compileProgram({ home, cacheDir });
  slot = await engine.acquireSlot();
  work = await mkdtemp(join(tmpdir(), 'sc-maven-'));
}, 900_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await slot?.release();
  if (work !== undefined) await rm(work, { recursive: true, force: true });
});

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[relative(folder, path)] = await readFile(path, 'utf8');
  }
  return files;
}

test('modules with an extension, a library and tests are built from the mirror alone', async () => {
  expect(missing).toEqual([]);
  const dockerfile = `FROM ${mavenImage}\nWORKDIR /src\nCOPY . .\nRUN mvn -B -ntp package\nRUN mvn -B -ntp -pl greeter dependency:go-offline\nRUN java -cp app/target/app-1.0-SNAPSHOT.jar:greeter/target/greeter-1.0-SNAPSHOT.jar:$(find / -name gson-2.11.0.jar | head -1) app.Main\n`;
  const files = await filesBelow(fixture);
  const made = await buildInSlot(engine, slot.cgroupParent, { dockerfile, files, args: ['--no-cache'] });
  expect(made.ok, made.output).toBe(true);
  expect(made.output).toContain('greets ["Ada","Grace"]');
  expect(made.output).toContain('Tests run: 1, Failures: 0');
  // The extension ran where it may.
  expect(made.output).toContain('os.detected.classifier');
}, 600_000);

test('what is not in the mirror is told by Maven in the build log', async () => {
  const made = await buildInSlot(engine, slot.cgroupParent, {
    dockerfile: `FROM ${mavenImage}\nRUN mvn -B -ntp org.example:no-such-plugin:1:run\n`,
    args: ['--no-cache'],
  });
  expect(made.ok).toBe(false);
  expect(made.output).toMatch(/Could not find artifact org\.example:no-such-plugin:\S+ in \S+ \(http/);
}, 120_000);

/** A repository with one extension that writes a file as soon as it is loaded, and settings that lead to it. */
async function evilRepository(mark: string): Promise<void> {
  const source = join(work, 'Evil.java');
  const classes = join(work, 'classes');
  await writeFile(
    source,
    `import org.apache.maven.*; import org.apache.maven.execution.MavenSession;
@javax.inject.Named @javax.inject.Singleton public class Evil extends AbstractMavenLifecycleParticipant {
  public void afterProjectsRead(MavenSession session) { try { new java.io.File("${mark}").createNewFile(); } catch (java.io.IOException e) { } } }`,
  );
  await runOrThrow(['javac', '-proc:none', '-cp', client.classPath, '-d', classes, source], { doing: 'javac' });
  await mkdir(join(classes, 'META-INF/sisu'), { recursive: true });
  await writeFile(join(classes, 'META-INF/sisu/javax.inject.Named'), 'Evil\n');
  const folder = join(work, 'repository/evil/evil/1');
  await mkdir(folder, { recursive: true });
  await runOrThrow(['jar', '--create', '--file', join(folder, 'evil-1.jar'), '-C', classes, '.'], { doing: 'jar' });
  await writeFile(
    join(folder, 'evil-1.pom'),
    '<project><modelVersion>4.0.0</modelVersion><groupId>evil</groupId><artifactId>evil</artifactId><version>1</version></project>',
  );
  for (const file of ['evil-1.jar', 'evil-1.pom']) {
    const bytes = await readFile(join(folder, file));
    await writeFile(join(folder, `${file}.sha1`), createHash('sha1').update(bytes).digest('hex'));
  }
  await put('home/.m2/settings.xml', [
    `<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>file://${work}/repository</url></mirror></mirrors></settings>`,
  ]);
  vi.stubEnv('MAVEN_OPTS', `-Duser.home=${join(work, 'home')}`);
}

async function put(path: string, lines: string[]): Promise<void> {
  await mkdir(dirname(join(work, path)), { recursive: true });
  await writeFile(join(work, path), lines.join('\n'));
}

async function fillFrom(folder: string): Promise<{ sentences: string[]; tree: string[] }> {
  const treeRoot = join(work, `tree-${folder}`);
  const sentences = await fillMaven({
    folder: join(work, folder),
    label: folder,
    treeRoot,
    client: async () => client,
  });
  return { sentences, tree: Object.keys(await filesBelow(treeRoot)) };
}

test('an extension of a pom is downloaded and not run', async () => {
  const mark = join(work, 'it-ran');
  await evilRepository(mark);
  await put('evil/pom.xml', [
    '<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><packaging>pom</packaging>',
    '<build><extensions><extension><groupId>evil</groupId><artifactId>evil</artifactId><version>1</version></extension></extensions></build></project>',
  ]);
  const { tree, sentences } = await fillFrom('evil');
  expect(tree, sentences.join('\n')).toContain('evil/evil/1/evil-1.jar');
  expect(await readdir(work)).not.toContain('it-ran');
}, 120_000);

test.each([
  ['an artifact', '..', '1'],
  ['a version', 'thing', '../../../../escaped'],
])(
  'a name that leads out of the tree is refused: %s',
  async (_, artifact, version) => {
    const folder = `out-${artifact.length}`;
    await put(`${folder}/pom.xml`, [
      '<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><packaging>pom</packaging>',
      `<dependencies><dependency><groupId>x</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies></project>`,
    ]);
    const { sentences } = await fillFrom(folder);
    expect(sentences.join('\n')).toMatch(/could not be had|not a name of a package|valid/);
    expect(await readdir(work)).not.toContain('escaped');
  },
  120_000,
);

test('what a pom names and nobody has is told, each with its name', async () => {
  await put('lacking/pom.xml', [
    '<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><packaging>pom</packaging>',
    '<repositories><repository><id>mine</id><url>http://127.0.0.1:9/</url></repository></repositories>',
    '<dependencies><dependency><groupId>x</groupId><artifactId>gone</artifactId><version>7</version></dependency></dependencies></project>',
  ]);
  const { sentences } = await fillFrom('lacking');
  expect(sentences.join('\n')).toMatch(/^lacking: lacking\/pom\.xml: .*x:gone:\S*7\b.* could not be had/m);
  expect(sentences.join('\n')).not.toContain('127.0.0.1');
}, 120_000);
