/** Which system packages a Dockerfile's commands install, as far as that can be read without running them. */

export interface SystemNames {
  apt: string[];
  apk: string[];
}

const installers = [
  { kind: 'apt', pattern: /\b(?:apt-get|apt|aptitude)\s+(?:-\S+\s+(?:\S+=\S+\s+)?)*install\b([^;&|\n]*)/g },
  { kind: 'apk', pattern: /\bapk\s+(?:-\S+\s+)*add\b([^;&|\n]*)/g },
] as const;
/** Options that are followed by a value. */
const withValue = /^(?:-o|-t|-c|--target-release|--option|--config-file|--virtual|--repository|-X|-p|--root)$/;

/** @param command shell text; what holds a variable is left out, as only the shell knows it. */
export function systemNamesIn(command: string): SystemNames {
  const names: SystemNames = { apt: [], apk: [] };
  const joined = command.replace(/^\s*#.*\n?/gm, '').replace(/\\\n/g, ' ');
  for (const { kind, pattern } of installers) {
    for (const [, rest = ''] of joined.matchAll(pattern)) names[kind].push(...namesOf(rest));
  }
  return { apt: [...new Set(names.apt)], apk: [...new Set(names.apk)] };
}

function namesOf(rest: string): string[] {
  const words = rest.trim().split(/\s+/);
  return words.flatMap((word, at) => {
    if (word.startsWith('-') || withValue.test(words[at - 1] ?? '')) return [];
    // A version may follow: `curl=7.88.*`, `curl~8`, `curl@edge`, and an architecture or release `curl:amd64`, `curl/stable`.
    const name = word.replace(/^["']|["']$/g, '').replace(/[=~<>@:/].*$/, '');
    return isPackageName(name) ? [name] : [];
  });
}

/** Debian's rule, which Alpine's names keep to but for capital letters and underscores. */
export function isPackageName(name: string): boolean {
  return /^[a-z0-9][a-z0-9+._-]+$/.test(name);
}
