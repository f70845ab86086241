/**
 * Finds the Debian mirror that this machine's own apt uses, so that no mirror is named in our code and an operator's
 * choice (a proxy, an air-gapped copy) is honoured.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DebianMirrors {
  /** The archive with the releases. */
  main: string;
  security?: string;
}

/**
 * Settings of this machine's apt that say how to reach a mirror (proxy, CA, retries), as lines of apt.conf.
 * @param dump what `apt-config dump` prints
 */
export function acquireSettings(dump: string): string[] {
  return dump.split('\n').filter((line) => /^Acquire::(https?|Retries|Check-|ForceIPv|socks)/i.test(line));
}

interface Source {
  uri: string;
  suites: string[];
  components: string[];
}

/** @param aptDir `/etc/apt` @returns undefined when apt here has no Debian archive, as on other distributions */
export function debianMirrors(aptDir: string): DebianMirrors | undefined {
  const sources = sourceFiles(aptDir).flatMap(({ name, text }) => parseSources(name, text));
  const isRelease = ({ suites, components }: Source): boolean =>
    components.includes('main') && suites.some((suite) => debianSuites.has(suite));
  const isSecurity = ({ suites, components }: Source): boolean =>
    components.includes('main') &&
    suites.some((suite) => /^[a-z]+-security$/.test(suite) && debianSuites.has(suite.split('-')[0] as string));
  const main = sources.find(isRelease)?.uri;
  return main === undefined ? undefined : { main, security: sources.find(isSecurity)?.uri };
}

/** Suites that only Debian has; a third party's list that reuses one of them comes after the system's own. */
const debianSuites = new Set([
  'bullseye',
  'bookworm',
  'trixie',
  'forky',
  'sid',
  'stable',
  'oldstable',
  'testing',
  'unstable',
]);

function sourceFiles(aptDir: string): { name: string; text: string }[] {
  let parts: string[] = [];
  try {
    // Debian's own list first: third parties sometimes use Debian's suite names.
    parts = readdirSync(join(aptDir, 'sources.list.d')).filter((name) => /\.(list|sources)$/.test(name));
    parts.sort((a, b) => Number(b.startsWith('debian')) - Number(a.startsWith('debian')) || a.localeCompare(b));
  } catch {
    // No such folder: the main list is all there is.
  }
  return ['sources.list', ...parts.map((name) => `sources.list.d/${name}`)].flatMap((name) => {
    try {
      return [{ name, text: readFileSync(join(aptDir, name), 'utf8') }];
    } catch {
      return [];
    }
  });
}

export function parseSources(name: string, text: string): Source[] {
  return name.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text);
}

function parseOneLine(text: string): Source[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (match === null) return [];
    const [, uri, suite, components] = match as unknown as [string, string, string, string];
    return [{ uri: withoutSlash(uri), suites: [suite], components: components.trim().split(/\s+/) }];
  });
}

function parseDeb822(text: string): Source[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (wanted: string): string[] =>
      new RegExp(`^${wanted}:\\s*(.+(?:\\n[ \\t].+)*)`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    if (!field('Types').includes('deb') || field('Enabled')[0] === 'no') return [];
    return field('URIs').map((uri) => ({
      uri: withoutSlash(uri),
      suites: field('Suites').map(withoutSlash),
      components: field('Components'),
    }));
  });
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, '');
}
