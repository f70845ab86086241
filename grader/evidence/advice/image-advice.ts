/** Advice from the final file system and the config: who runs, and what is shipped that a running app does not need. */
import type { DockerfileModel } from '../../dockerfile/model.ts';
import type { ImageEvidence } from '../evidence.ts';
import type { Advice, InspectedProject } from './advice.ts';
import { baseLine, lastOf, listed } from './final-stage.ts';

export function rootAdvice({ image, dockerfile }: InspectedProject): Advice[] {
  if (image === undefined) return [];
  const [user = ''] = image.config.user.split(':');
  if (user !== '' && user !== 'root' && !/^0+$/.test(user)) return [];
  const line = lastOf(dockerfile, 'USER')?.line ?? baseLine(dockerfile);
  return [
    {
      message:
        'The container runs as root. A USER with a numeric uid other than 0 in the final stage limits what a break-in can do.',
      line,
    },
  ];
}

const PROGRAM_DIRS = [
  '/bin',
  '/sbin',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/local/go/bin',
];
const SHELLS = ['sh', 'bash', 'ash', 'dash', 'busybox', 'zsh'];
const PACKAGE_MANAGERS = ['apt-get', 'apk', 'dnf', 'yum', 'microdnf', 'npm', 'yarn', 'pnpm', 'pip', 'pip3'];
const COMPILERS = ['gcc', 'g++', 'cc', 'clang', 'make', 'go', 'javac', 'rustc', 'cargo', 'mvn', 'gradle', 'git'];

export function shellAdvice({ image, dockerfile }: InspectedProject): Advice[] {
  if (image === undefined) return [];
  const shells = programs(image, SHELLS);
  if (shells.length === 0) return [];
  const managers = programs(image, PACKAGE_MANAGERS);
  const also = managers.length === 0 ? '' : ` and package managers (${listed(managers.map(nameOf))})`;
  return [
    {
      message: `The final image has a shell (${shells[0]})${also}. An app that needs neither can ship on a distroless image or on scratch.`,
      line: baseLine(dockerfile),
    },
  ];
}

export function compilerAdvice({ image, dockerfile }: InspectedProject): Advice[] {
  if (image === undefined) return [];
  const found = programs(image, COMPILERS);
  if (found.length === 0) return [];
  return [
    {
      message: `The final image ships build tools (${listed(found.map(nameOf))}). Build in a stage of its own and copy only the result.`,
      line: lineOfPath(image, found[0], dockerfile),
    },
  ];
}

/** npm packages that nearly always are devDependencies. */
const DEVELOPMENT_PACKAGES = [
  ...['typescript', 'webpack', 'vite', 'esbuild', 'rollup', 'jest', 'vitest', 'mocha', 'eslint', 'prettier', 'nodemon'],
  ...['ts-node', 'tsx', '@types/node', '@babel/core', '@biomejs/biome'],
];

export function developmentPackagesAdvice({ image, dockerfile }: InspectedProject): Advice[] {
  if (image === undefined) return [];
  const found = new Map<string, string>();
  for (const path of image.files.keys()) {
    if (!path.endsWith('/package.json')) continue;
    const [, owner = '', name = ''] = /^(.*)\/node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path) ?? [];
    // Only the app's own packages: npm itself brings some that look alike.
    if (DEVELOPMENT_PACKAGES.includes(name) && !owner.includes('/node_modules')) found.set(name, path);
  }
  if (found.size === 0) return [];
  const names = DEVELOPMENT_PACKAGES.filter((name) => found.has(name));
  return [
    {
      message: `Packages that only development needs are in the final image (${listed(names)}). Install production dependencies alone in the stage that ships.`,
      line: lineOfPath(image, found.get(names[0] ?? ''), dockerfile),
    },
  ];
}

/** Paths of the programs of these names that can be run. */
function programs(image: ImageEvidence, names: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const name of names) {
    for (const dir of PROGRAM_DIRS) {
      const entry = image.files.get(`${dir}/${name}`);
      const runnable = entry?.type === 'symlink' || (entry?.type === 'file' && (entry.mode & 0o111) !== 0);
      if (runnable && !found.has(name)) found.set(name, `${dir}/${name}`);
    }
  }
  return [...found.values()];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The line that brought a path: its layer's, or the FROM when the base image did. */
function lineOfPath(
  image: ImageEvidence,
  path: string | undefined,
  dockerfile: DockerfileModel | undefined,
): number | undefined {
  const layer = image.layers[image.files.get(path ?? '')?.layer ?? -1];
  return layer?.line ?? baseLine(dockerfile);
}
