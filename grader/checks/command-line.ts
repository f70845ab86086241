/** What a command line starts, as far as its words tell. */
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { Evidence, ImageEvidence } from '../evidence/evidence.ts';
import { lastOfFinalImage } from './dockerfile-walk.ts';

const SHELLS = /^-?(?:sh|bash|rbash|ash|dash|zsh|ksh|mksh|hush)$/;
const MULTI_CALL = /^(?:busybox|toybox)$/;
const PACKAGE_MANAGERS = /^(?:npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)$/;
/** The scripts behind them: `node /usr/local/lib/node_modules/npm/bin/npm-cli.js start`. */
const PACKAGE_MANAGER_SCRIPTS = /^(?:npm-cli\.js|npx-cli\.js|yarn(?:\.c?js)?|pnpm\.c?js|npm|npx)$/;
/** They pass signals on and collect orphans: what they start counts. */
const INITS = /^(?:tini|tini-static|docker-init|dumb-init|catatonit)$/;

export interface Program {
  kind: 'program' | 'shell' | 'package manager';
  /** From the program on, without an init in front of it. */
  argv: string[];
}

export function programIn(argv: string[]): Program {
  const own = withoutInit(argv);
  if (isShellCommand(own) && !execsProgram(own)) return { kind: 'shell', argv: own };
  const [program = '', script = ''] = own.map(baseName);
  // npm names its process `npm start`, one word to the kernel.
  const manages = PACKAGE_MANAGERS.test(program.split(' ')[0] ?? '');
  const viaNode = /^node(?:js)?$/.test(program) && PACKAGE_MANAGER_SCRIPTS.test(script);
  return { kind: manages || viaNode ? 'package manager' : 'program', argv: own };
}

export function isShellCommand([program = '', second = '']: string[]): boolean {
  const name = baseName(program);
  return SHELLS.test(name) || (MULTI_CALL.test(name) && SHELLS.test(second));
}

/** CMD or ENTRYPOINT in shell form, of the Dockerfile or (without a line) of the base image. */
export function shellFormOf(
  { entrypoint, cmd }: ImageEvidence['config'],
  dockerfile: DockerfileModel | undefined,
): { keyword: 'CMD' | 'ENTRYPOINT'; line: number | undefined } | undefined {
  const configured = [
    { keyword: 'ENTRYPOINT' as const, argv: entrypoint },
    { keyword: 'CMD' as const, argv: cmd },
  ];
  for (const { keyword, argv } of configured) {
    if (argv.length === 0) continue;
    const written = lastOfFinalImage(dockerfile, keyword);
    if (written?.form === 'shell') return { keyword, line: written.line };
    if (written === undefined && isShellCommand(argv) && argv.includes('-c')) return { keyword, line: undefined };
  }
  return undefined;
}

/** Where the command stands that starts the container. */
export function startCommandLine({ dockerfile, image }: Pick<Evidence, 'dockerfile' | 'image'>): number | undefined {
  const first = (image?.config.entrypoint.length ?? 0) > 0 ? 'ENTRYPOINT' : 'CMD';
  const second = first === 'CMD' ? 'ENTRYPOINT' : 'CMD';
  return (lastOfFinalImage(dockerfile, first) ?? lastOfFinalImage(dockerfile, second))?.line;
}

export function isInit([program = '']: string[]): boolean {
  return INITS.test(baseName(program));
}

/** `sh -c "exec node server.js"`: the shell is gone before the app starts. */
function execsProgram(argv: string[]): boolean {
  const command = argv[argv.indexOf('-c') + 1] ?? '';
  return argv.includes('-c') && /^\s*exec\s/.test(command);
}

function withoutInit(argv: string[]): string[] {
  if (!isInit(argv)) return argv;
  const end = argv.indexOf('--');
  const program = end === -1 ? argv.findIndex((word, index) => index > 0 && !word.startsWith('-')) : end + 1;
  return program <= 0 ? argv : argv.slice(program);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
