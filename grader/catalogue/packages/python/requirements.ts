/**
 * Reads requirements files. Only what an index can serve is handed on to pip, written anew: a line such as `-e .` or
 * `git+https://…` would run a project's code on this machine.
 */
import { hashPattern, normalName, versionPattern } from './names.ts';

/** One line, as pip may be given it. */
export interface Requirement {
  /** Normalised. */
  name: string;
  /** Name, extras, versions and marker; no hashes. */
  text: string;
  /** The version of `==`. */
  pinned: string | undefined;
  hashes: string[];
}

export interface RequirementsReading {
  requirements: Requirement[];
  /** Limits on versions (`-c`), which install nothing by themselves. */
  constraints: Requirement[];
  /** Names of `--no-binary`, normalised, or `:all:`. */
  fromSource: string[];
  /** One sentence for each thing that no mirror can hold. */
  missing: string[];
}

/** Reads another file of the same folder, by its path relative to it; undefined when it isn't there or lies outside. */
export type ReadBeside = (path: string) => Promise<string | undefined>;

const requirementPattern =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[\w\s,.-]*\])?\s*(\(?[<>=!~][^;@]*)?(;.*)?$/;
const versionsPattern = /^(?:(?:===|==|~=|!=|<=|>=|<|>)\s*[0-9A-Za-z.*!+_-]+\s*(?:,\s*)?)*$/;
/** Markers are handed on; these are the only characters that one needs. */
const markerPattern = /^;[\w\s.,()<>=!~'"+*-]*$/;
const filesMax = 20;

export async function readRequirements(path: string, readBeside: ReadBeside): Promise<RequirementsReading> {
  const reading: RequirementsReading = { requirements: [], constraints: [], fromSource: [], missing: [] };
  const seen = new Set<string>();
  const readOne = async (file: string, constraint: boolean): Promise<void> => {
    if (seen.has(file) || seen.size >= filesMax) return;
    seen.add(file);
    const text = await readBeside(file);
    if (text === undefined) {
      reading.missing.push(`${file} was expected beside ${path}, but is not there. Add it or remove the line.`);
      return;
    }
    for (const { line, number } of logicalLines(text)) {
      const next = readLine(line, { reading, constraint, where: `${file}:${number}` });
      if (next !== undefined) await readOne(besidePath(file, next.file), constraint || next.constraint);
    }
  };
  await readOne(path, false);
  return reading;
}

/** Lines without comments; one that ends in a backslash goes on in the next. */
function logicalLines(text: string): { line: string; number: number }[] {
  const lines: { line: string; number: number }[] = [];
  let open: { line: string; number: number } | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const isOpen = /\\$/.test(raw);
    const part = (isOpen ? raw.slice(0, -1) : raw).replace(/(^|\s)#.*$/, '');
    open = { line: `${open?.line ?? ''} ${part}`, number: open?.number ?? index + 1 };
    if (isOpen) continue;
    lines.push(open);
    open = undefined;
  }
  if (open !== undefined) lines.push(open);
  return lines.map(({ line, number }) => ({ line: line.trim(), number })).filter(({ line }) => line !== '');
}

interface LineSite {
  reading: RequirementsReading;
  constraint: boolean;
  where: string;
}

/** @returns another file that the line names */
function readLine(line: string, site: LineSite): { file: string; constraint: boolean } | undefined {
  const { reading, constraint, where } = site;
  const include = /^(?:(-r|--requirement)|(-c|--constraint))(?:\s+|=)?(\S+)$/.exec(line);
  if (include?.[3] !== undefined) return { file: include[3], constraint: include[2] !== undefined };
  if (line.startsWith('-')) {
    readOption(line, site);
    return undefined;
  }
  // The project itself and its folders are in the build already.
  if (/^\.{0,2}\//.test(line) || /^\.{1,2}(\[|$|\s)/.test(line)) return undefined;
  const requirement = parseRequirement(line);
  if (requirement === undefined) {
    reading.missing.push(
      `${where}: expected a name and versions, like flask==3.1.0, found "${shown(line)}". Only packages of the index can be installed here.`,
    );
  } else (constraint ? reading.constraints : reading.requirements).push(requirement);
  return undefined;
}

/** Options that only say how to install need nothing here. */
const harmless =
  /^--(require-hashes|pre|prefer-binary|only-binary|use-feature|no-index|trusted-host|find-links)\b|^-f\b/;

function readOption(line: string, { reading, where }: LineSite): void {
  const source = /^--no-binary(?:\s+|=)(\S+)$/.exec(line)?.[1];
  if (source !== undefined) {
    reading.fromSource.push(...source.split(',').map((name) => (name === ':all:' ? name : normalName(name))));
    return;
  }
  const editable = /^(?:-e|--editable)(?:\s+|=)(\S+)/.exec(line)?.[1];
  if (harmless.test(line) || (editable !== undefined && /^\.|^\w[\w./-]*$/.test(editable))) return;
  const problem = /^(--index-url|-i\b|--extra-index-url)/.test(line)
    ? 'names an index of its own, which a build without a network can not ask. Remove the line; the index is set up in the base image.'
    : 'is an option that can not be followed here.';
  reading.missing.push(`${where}: "${shown(line)}" ${problem}`);
}

/** `name[extra] >= 1, < 2 ; marker --hash=sha256:…`, or undefined when it is something else (an address, a path). */
export function parseRequirement(line: string): Requirement | undefined {
  const hashes = [...line.matchAll(/--hash[=\s](\S+)/g)].map(([, hash]) => hash as string);
  const bare = line.replace(/\s--(hash|config-settings?|global-option|install-option)[=\s].*$/, '').trim();
  const [, name, extras = '', versions = '', marker = ''] = requirementPattern.exec(bare) ?? [];
  const limits = versions.replace(/[()]/g, '').trim();
  if (name === undefined || !versionsPattern.test(limits) || (marker !== '' && !markerPattern.test(marker))) {
    return undefined;
  }
  const exact = /^={2,3}\s*(\S+)$/.exec(limits)?.[1];
  return {
    name: normalName(name),
    text: `${name}${extras.replace(/\s/g, '')}${limits}${marker === '' ? '' : ` ${marker}`}`,
    pinned: exact !== undefined && versionPattern.test(exact) && !exact.includes('*') ? exact : undefined,
    hashes: hashes.filter((hash) => hashPattern.test(hash)),
  };
}

function besidePath(from: string, path: string): string {
  const folder = from.split('/').slice(0, -1).join('/');
  return folder === '' || path.startsWith('/') ? path : `${folder}/${path}`;
}

/** Without user and password of an address, which ends up in a message. */
function shown(line: string): string {
  return line.replace(/\/\/[^/@\s]*@/g, '//…@').slice(0, 100);
}
