/** Reads package-lock.json: which tarballs of the registry it names, and what it names that no mirror can hold. */
import { z } from 'zod';

/** One version of one package, as an install needs to know it. */
export interface LockedPackage {
  name: string;
  version: string;
  /** Subresource integrity, e.g. `sha512-…`. */
  integrity: string;
  /** The lock file's own metadata, which is what a registry's packument says about a version. */
  manifest: Record<string, unknown>;
  /** False for optional binaries of other platforms: named in the packument, but their tarballs are never asked for. */
  fitsPlatform: boolean;
}

export interface LockReading {
  packages: LockedPackage[];
  /** One sentence for each thing that can't be mirrored. */
  missing: string[];
}

export interface LockPlatform {
  /** As npm says it: `linux`. */
  os: string;
  cpu: string;
  /** Registries that mean "the registry": npm's own default and the operator's. */
  registries: string[];
  /** Scopes with a registry of their own, as .npmrc says: their packages are not in this one. @default none */
  otherScopes?: readonly string[] | undefined;
}

const strings = z.array(z.string());
const entrySchema = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.union([z.string(), z.boolean()]).optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  os: strings.optional(),
  cpu: strings.optional(),
});
type LockEntry = z.infer<typeof entrySchema>;

const lockSchema = z.looseObject({
  lockfileVersion: z.number(),
  packages: z.record(z.string(), entrySchema).optional(),
});

/** Both become paths in the mirror and words on npm's command line, so nothing else than these may come through. */
const namePattern = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;
const versionPattern = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;

/** What a packument tells about a version; the rest of a lock entry is about this one installation. */
const manifestFields = [
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bin',
  'engines',
  'os',
  'cpu',
  'libc',
  'hasInstallScript',
  'deprecated',
  'bundleDependencies',
];

/** Reads a lock file's text; `label` names it in the sentences. Never throws. */
export function readNpmLock(text: string, options: { label: string; platform: LockPlatform }): LockReading {
  const { label, platform } = options;
  const nothing = (sentence: string): LockReading => ({ packages: [], missing: [sentence] });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return nothing(
      `${label} is not JSON (${(error as Error).message}). Make it again with npm install --package-lock-only.`,
    );
  }
  const parsed = lockSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return nothing(`${label} is no lock file of npm: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`);
  }
  const { lockfileVersion, packages } = parsed.data;
  if (lockfileVersion < 2 || packages === undefined) {
    return nothing(
      `${label} has lockfileVersion ${lockfileVersion}; version 2 or 3 is needed. Make it again with npm 7 or later: npm install --package-lock-only.`,
    );
  }
  return readEntries(packages, platform, label);
}

function readEntries(entries: Record<string, LockEntry>, platform: LockPlatform, label: string): LockReading {
  const packages = new Map<string, LockedPackage>();
  const missing: string[] = [];
  for (const [path, entry] of Object.entries(entries)) {
    // Not from a registry: the project itself, workspaces and links, what lies in the project or in another package.
    if (!path.includes('node_modules/') || entry.link === true || entry.inBundle === true) continue;
    if (typeof entry.resolved === 'string' && entry.resolved.startsWith('file:')) continue;
    const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (platform.otherScopes?.includes(name.split('/')[0] ?? '')) continue;
    const reason = unmirrorable(name, entry, platform);
    if (reason !== undefined) {
      missing.push(`${label}: ${name.slice(0, 80)} ${reason}`);
      continue;
    }
    const { version, integrity } = entry as { version: string; integrity: string };
    const manifest = Object.fromEntries(
      manifestFields.filter((field) => field in entry).map((field) => [field, entry[field]]),
    );
    const fitsPlatform = fits(entry.os, platform.os) && fits(entry.cpu, platform.cpu);
    packages.set(`${name}@${version}`, { name, version, integrity, manifest, fitsPlatform });
  }
  return { packages: [...packages.values()], missing };
}

/** Why an entry can't come from the mirror, as the rest of a sentence. */
function unmirrorable(name: string, entry: LockEntry, platform: LockPlatform): string | undefined {
  const resolved = typeof entry.resolved === 'string' ? entry.resolved : undefined;
  if (resolved !== undefined && /^git[+:@]|^git$|\.git(#|$)/.test(resolved)) {
    return `comes from git (${shortened(resolved)}); the package mirror holds only packages of the registry.`;
  }
  if (resolved !== undefined && !platform.registries.some((registry) => sameHost(registry, resolved))) {
    return `is locked to ${shortened(resolved)}, which is not the registry that npm is set up for here; set npm's registry or lock it again.`;
  }
  if (!namePattern.test(name)) return 'is no package name of the registry.';
  if (entry.version !== undefined && !versionPattern.test(entry.version)) {
    return `has the version ${JSON.stringify(entry.version.slice(0, 40))}; a version like 1.2.3 was expected. Make the lock file again.`;
  }
  if (entry.version === undefined) return 'has no version in the lock file. Make the lock file again.';
  if (entry.integrity === undefined) {
    return `has no integrity in the lock file, so its tarball can't be checked. Make the lock file again with npm install --package-lock-only.`;
  }
  return undefined;
}

function sameHost(registry: string, resolved: string): boolean {
  return URL.canParse(registry) && URL.canParse(resolved) && new URL(registry).host === new URL(resolved).host;
}

/** Without user, password, query and fragment: these may be secrets, and this ends up in a message. */
function shortened(address: string): string {
  if (!URL.canParse(address)) return address.slice(0, 80);
  const url = new URL(address);
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, 120);
}

/** npm's rule for `os` and `cpu`: named, or not excluded with `!`. */
function fits(allowed: string[] | undefined, actual: string): boolean {
  if (allowed === undefined || allowed.length === 0) return true;
  if (allowed.includes(`!${actual}`)) return false;
  const positive = allowed.filter((one) => !one.startsWith('!'));
  return positive.length === 0 || positive.includes(actual) || positive.includes('any');
}
