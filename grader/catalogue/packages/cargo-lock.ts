/** Reads Cargo.lock: which crates of a registry it names, and what it names that no mirror can hold. */

export interface LockedCrate {
  name: string;
  version: string;
  /** Cargo's id of the registry, e.g. `registry+…`; two registries may have crates of one name. */
  source: string;
}

export interface CargoLockReading {
  crates: LockedCrate[];
  /** One sentence each. */
  missing: string[];
}

const namePattern = /^[A-Za-z][A-Za-z0-9_-]*$/;
const versionPattern = /^\d+\.\d+\.\d+[A-Za-z0-9.+-]*$/;

/**
 * The packages of a lock file of any version. Cargo writes it itself, always in the same form, so its lines are enough.
 * @param label for messages, e.g. `link-shelf/Cargo.lock`
 */
export function readCargoLock(text: string, label: string): CargoLockReading {
  const crates: LockedCrate[] = [];
  const missing: string[] = [];
  for (const block of packageBlocks(text)) {
    const [name, version, source] = ['name', 'version', 'source'].map((key) => fieldOf(block, key));
    if (name === undefined || version === undefined || !namePattern.test(name) || !versionPattern.test(version)) {
      missing.push(
        `${label}: expected a name and a version in every [[package]], found ${JSON.stringify(block.trim().slice(0, 80))}. Make it again with cargo generate-lockfile.`,
      );
      continue;
    }
    if (source === undefined) continue; // The project's own packages.
    if (/^(registry|sparse)\+/.test(source)) crates.push({ name, version, source });
    else
      missing.push(
        `${label}: ${name}@${version} comes from ${source.split('+')[0]}, and the package mirror holds only crates of the registry. Use a published version of it.`,
      );
  }
  return { crates, missing };
}

function packageBlocks(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/^\[\[package\]\]\n/m)
    .slice(1)
    .map((block) => block.split(/^\[/m)[0] as string);
}

function fieldOf(block: string, key: string): string | undefined {
  return new RegExp(`^${key} = "([^"\\n]*)"$`, 'm').exec(block)?.[1];
}
