/** Packages, compilers and package managers by the files that they leave: what a scanner goes by. */
import type { LayerEntry } from '../../engine/engine.ts';
import type { ImageEvidence } from '../../evidence/evidence.ts';
import { budgetForAll, isSpent, type PathBudget, resolvePath } from '../shell/resolve-path.ts';

export interface Found {
  /** For people: a package's name or a program's path. */
  name: string;
  path: string;
  /** Index. */
  layer: number;
  sizeBytes?: number;
}

/** Also with a version behind: `gcc-12`, `python3.11` is none. */
const PROGRAMS = {
  compilers:
    /^(?:(?:x86_64-linux-gnu-|aarch64-linux-gnu-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|tcc|cc1|cc1plus|as|ld)(?:-\d+)?|go|gofmt|rustc|cargo|javac|jlink|make|cmake|tsc)$/,
  managers:
    /^(?:apt|apt-get|dpkg|apk|rpm|yum|dnf|microdnf|npm|npx|yarn|yarnpkg|pnpm|corepack|pip|pip\d(?:\.\d+)?|uv|poetry|pdm|conda|gem|cargo|mvn|gradle)$/,
};

/** Programs that can be started, in what the container sees. */
export function programsIn({ files }: ImageEvidence, kind: keyof typeof PROGRAMS): Found[] {
  const found: Found[] = [];
  const budget = budgetForAll();
  for (const [path, entry] of files) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!PROGRAMS[kind].test(name)) continue;
    const isOther = !isProgram(entry, { files, budget }) || isApplet(name, entry, { files, budget });
    if (isOther && !isSpent(budget)) continue;
    found.push({ name: path, path, layer: entry.layer });
  }
  return byPath(found);
}

interface Look {
  files: ImageEvidence['files'];
  budget: PathBudget;
}

function isProgram(entry: LayerEntry, { files, budget }: Look): boolean {
  const real = entry.type === 'symlink' ? resolvePath(files, entry.path, budget) : entry;
  return real?.type === 'file' && (real.mode & 0o111) !== 0;
}

/** BusyBox answers to these names too, but it can only unpack: that is no package manager. */
function isApplet(name: string, entry: LayerEntry, { files, budget }: Look): boolean {
  if (name !== 'rpm' && name !== 'dpkg') return false;
  const busybox = resolvePath(files, '/bin/busybox', budget);
  const real = resolvePath(files, entry.path, budget);
  // A link, or the same file under another name.
  return busybox !== undefined && (real?.path === busybox.path || real?.sizeBytes === busybox.sizeBytes);
}

/** npm brings packages of its own, which are not the app's. */
const OF_NPM = /\/node_modules\/(?:npm|corepack)\/node_modules\//;

/** Installed packages of Node.js whose name is among the given ones, in layers that the Dockerfile made. */
export function developmentPackagesIn(image: ImageEvidence, names: readonly string[]): Found[] {
  const wanted = new Set(names);
  return installedByNpm(image).filter(({ name, layer }) => wanted.has(name) && !image.layers[layer]?.fromBase);
}

function installedByNpm({ files }: ImageEvidence): Found[] {
  const found: Found[] = [];
  for (const [path, { layer }] of files) {
    const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1];
    if (name !== undefined && !OF_NPM.test(path)) found.push({ name, path, layer });
  }
  return byPath(found);
}

/** By the databases of dpkg and pip, and by npm's folders. */
export function namedPackagesIn(image: ImageEvidence, names: readonly string[]): Found[] {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const found = installedByNpm(image);
  for (const [path, { layer }] of image.files) {
    const debian = /^\/var\/lib\/dpkg\/(?:info\/([^/:]+)(?::[^/]+)?\.list|status\.d\/([^/]+))$/.exec(path);
    const python = /\/(?:site|dist)-packages\/([^/]+?)-[^/-]+\.(?:dist|egg)-info(?:\/METADATA|\/PKG-INFO)?$/.exec(path);
    const name = debian?.[1] ?? debian?.[2] ?? python?.[1]?.replaceAll('_', '-');
    if (name !== undefined) found.push({ name, path, layer });
  }
  return byPath(found.filter(({ name }) => wanted.has(name.toLowerCase())));
}

/** What package managers keep for the next install, which an image never has. */
const CACHES = [
  /^\/var\/lib\/apt\/lists\/(?!lock$|partial$|auxfiles$).+/,
  /^\/var\/cache\/(?:apt\/.+\.(?:bin|deb)|apk\/.+)/,
  /\/\.npm\/_(?:cacache|logs)\//,
  /\/\.cache\/(?:pip|uv|yarn|pnpm|go-build|Cypress|pypoetry|node-gyp)\//,
  /\/go\/pkg\/mod\/cache\//,
  /\/\.m2\/repository\//,
  /\/\.gradle\/caches\//,
  /\/\.?cargo\/registry\//,
  /\/\.yarn\/cache\//,
];

/** Also in a layer that a later one hides: it is shipped all the same. What the base image brings is not looked at. */
export function cachesIn({ layers }: ImageEvidence): Found[] {
  return layers.flatMap((layer, index) => {
    if (layer.fromBase) return [];
    const files = layer.entries.filter(({ type, path }) => type === 'file' && CACHES.some((each) => each.test(path)));
    return byPath(files.map(({ path, sizeBytes }) => ({ name: path, path, layer: index, sizeBytes })));
  });
}

function byPath(found: Found[]): Found[] {
  return found.toSorted((one, other) => one.path.length - other.path.length || one.path.localeCompare(other.path));
}
