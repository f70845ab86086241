/** How Python's packages and their files are named. */

/** PEP 503: `Flask_SQLAlchemy` and `flask-sqlalchemy` are one project, and its page has the second name. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Names and versions become words on pip's command line and paths in the mirror, so nothing else may come through. */
export const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
export const versionPattern = /^[0-9][0-9A-Za-z.!+_-]*$/;
export const hashPattern = /^sha256:[0-9a-f]{64}$/;

/** One project at one version, as a lock file names it. */
export interface PinnedProject {
  name: string;
  version: string;
  /** `sha256:…` of every file that may be installed; empty when the lock file has none. */
  hashes: string[];
  /** Its source is to be had, because the project says that it is built here. */
  fromSource: boolean;
}

export interface Platform {
  /** As the files say it: `x86_64`. */
  machine: string;
  /** Without the dot: `311`. */
  python: string;
}

/** Whether a wheel can be installed by this CPython on Debian: its name ends in interpreter, ABI and platform. */
export function wheelFits(fileName: string, { machine, python }: Platform): boolean {
  const [interpreters, abis, platforms] = fileName
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3);
  if (interpreters === undefined || abis === undefined || platforms === undefined) return false;
  const minor = Number(python.slice(1));
  const interpreterFits = interpreters.split('.').some((tag) => {
    const [, kind, major, rest] = /^(py|cp)(\d)(\d*)$/.exec(tag) ?? [];
    if (major !== python[0]) return false;
    if (kind === 'py') return rest === '' || Number(rest) <= minor;
    return abis === 'abi3' ? Number(rest) <= minor : rest === String(minor);
  });
  const abiFits = abis.split('.').some((abi) => ['none', 'abi3', `cp${python}`].includes(abi));
  const platformFits = platforms
    .split('.')
    .some((tag) => tag === 'any' || (/^(many)?linux/.test(tag) && tag.endsWith(`_${machine}`)));
  return interpreterFits && abiFits && platformFits;
}
