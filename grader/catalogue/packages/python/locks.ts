/** Reads `uv.lock`, `poetry.lock`, `pylock.toml` and `pyproject.toml`: which files of the index they name. */
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import {
  hashPattern,
  namePattern,
  normalName,
  type PinnedProject,
  type Platform,
  versionPattern,
  wheelFits,
} from './names.ts';

export interface LockReading {
  projects: PinnedProject[];
  /** One sentence for each thing that no mirror can hold. */
  missing: string[];
}

const fileSchema = z.looseObject({
  /** uv and pylock; the address itself plays no part, only the file's name at its end. */
  url: z.string().optional(),
  path: z.string().optional(),
  name: z.string().optional(),
  file: z.string().optional(),
  hash: z.string().optional(),
  hashes: z.looseObject({ sha256: z.string().optional() }).optional(),
});
type LockedFile = z.infer<typeof fileSchema>;

const packageSchema = z.looseObject({
  name: z.string(),
  version: z.string().optional(),
  source: z.looseObject({ type: z.string().optional() }).optional(),
  wheels: z.array(fileSchema).optional(),
  sdist: fileSchema.optional(),
  /** poetry. */
  files: z.array(fileSchema).optional(),
  vcs: z.unknown().optional(),
  directory: z.unknown().optional(),
  archive: z.unknown().optional(),
});
type LockedPackage = z.infer<typeof packageSchema>;

/** uv.lock and poetry.lock call the list `package`, pylock.toml `packages`. */
const lockSchema = z.looseObject({
  package: z.array(packageSchema).optional(),
  packages: z.array(packageSchema).optional(),
});

/** Reads a lock file's text; `label` names it in the sentences. Never throws. */
export function readPythonLock(text: string, options: { label: string; platform: Platform }): LockReading {
  const { label, platform } = options;
  const parsed = read(text, lockSchema, label);
  if (typeof parsed === 'string') return { projects: [], missing: [parsed] };
  const reading: LockReading = { projects: [], missing: [] };
  for (const one of parsed.packages ?? parsed.package ?? []) addPackage(one, { reading, label, platform });
  return reading;
}

function addPackage(one: LockedPackage, site: { reading: LockReading; label: string; platform: Platform }): void {
  const { reading, label, platform } = site;
  const kind = placeOf(one);
  if (kind === 'project') return;
  if (kind === 'elsewhere') {
    reading.missing.push(
      `${label}: ${one.name.slice(0, 80)} does not come from an index, and nothing else can be had here.`,
    );
    return;
  }
  const { name, version = '' } = one;
  if (!namePattern.test(name) || !versionPattern.test(version)) {
    reading.missing.push(
      `${label}: expected a name and a version, found "${name.slice(0, 60)}" "${version.slice(0, 60)}".`,
    );
    return;
  }
  const files = [...(one.wheels ?? []), ...(one.files ?? []), ...(one.sdist ? [one.sdist] : [])];
  const wheels = files.filter((file) => fileName(file).endsWith('.whl'));
  const sources = files.filter((file) => /\.(tar\.gz|zip)$/.test(fileName(file)));
  const fitting = wheels.filter((file) => wheelFits(fileName(file), platform));
  // For another system or Python: named so that the lock file holds everywhere, never installed here.
  if (files.length > 0 && fitting.length === 0 && sources.length === 0) return;
  const fromSource = files.length > 0 && fitting.length === 0;
  const hashes = (fromSource ? sources : fitting).flatMap(sha256Of);
  reading.projects.push({ name: normalName(name), version, hashes, fromSource });
}

/** The project itself (and what lies in its folder) is in the build already; git and addresses are not in an index. */
function placeOf(one: LockedPackage): 'index' | 'project' | 'elsewhere' {
  const source = one.source ?? {};
  if (['virtual', 'editable', 'directory', 'path'].some((key) => key in source)) return 'project';
  if (one.directory !== undefined || ['directory', 'file'].includes(source.type ?? '')) return 'project';
  if ('git' in source || 'url' in source || one.vcs !== undefined || one.archive !== undefined) {
    return source.type === 'legacy' ? 'index' : 'elsewhere';
  }
  return source.type === 'git' || source.type === 'url' ? 'elsewhere' : 'index';
}

function fileName({ name, file, url, path }: LockedFile): string {
  const address = name ?? file ?? path ?? url ?? '';
  return decodeURIComponent(address.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '');
}

function sha256Of({ hash, hashes }: LockedFile): string[] {
  const found = hash ?? (hashes?.sha256 === undefined ? '' : `sha256:${hashes.sha256}`);
  return hashPattern.test(found) ? [found] : [];
}

const pyprojectSchema = z.looseObject({
  project: z
    .looseObject({
      dependencies: z.array(z.string()).optional(),
      'optional-dependencies': z.record(z.string(), z.array(z.string())).optional(),
    })
    .optional(),
  'build-system': z.looseObject({ requires: z.array(z.string()).optional() }).optional(),
  tool: z
    .looseObject({
      uv: z
        .looseObject({ 'no-binary': z.boolean().optional(), 'no-binary-package': z.array(z.string()).optional() })
        .optional(),
    })
    .optional(),
});

export interface Pyproject {
  /** What `pip install .` installs first, extras too. */
  dependencies: string[];
  /** What building the project itself needs; undefined when it isn't built. */
  buildRequires: string[] | undefined;
  /** Names that uv is told to build, normalised, or `:all:`. */
  fromSource: string[];
  missing: string[];
}

/** Never throws. */
export function readPyproject(text: string, label: string): Pyproject {
  const parsed = read(text, pyprojectSchema, label);
  if (typeof parsed === 'string')
    return { dependencies: [], buildRequires: undefined, fromSource: [], missing: [parsed] };
  const { project, tool, 'build-system': build } = parsed;
  const extras = Object.values(project?.['optional-dependencies'] ?? {}).flat();
  const named = (tool?.uv?.['no-binary-package'] ?? []).map(normalName);
  return {
    dependencies: [...(project?.dependencies ?? []), ...extras],
    buildRequires: build === undefined ? undefined : (build.requires ?? []),
    fromSource: tool?.uv?.['no-binary'] === true ? [':all:'] : named,
    missing: [],
  };
}

/** What the text says, or a sentence about why it says nothing. */
function read<T extends z.ZodType>(text: string, schema: T, label: string): z.infer<T> | string {
  try {
    const found = schema.safeParse(parse(text));
    if (found.success) return found.data;
    const issue = found.error.issues[0];
    return `${label} is not what it is called: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return `${label}:${error.line}: expected TOML: ${error.message.split('\n')[0]}`;
  }
}
