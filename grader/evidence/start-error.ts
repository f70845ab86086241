/**
 * Tells a container that can't be started because of its image (a value for the checks) from an engine that can't start
 * containers (our fault, thrown), and finds the words that matter in runc's long sentence.
 */
import { plainText } from './plain-text.ts';

/** As docker-modem rejects: the status of the answer and the daemon's JSON. */
interface DaemonError {
  statusCode?: number;
  json?: { message?: unknown };
  message: string;
}

/** The engine's words about the image or its command; undefined when the engine itself is at fault. */
export function startErrorFrom(error: unknown): string | undefined {
  const { statusCode, json, message } = error as DaemonError;
  if (statusCode === undefined) return undefined;
  const words = typeof json?.message === 'string' ? json.message : String(message);
  const short = shorten(words);
  const isTheirs = COMMANDS.test(short) || (!OURS.test(words) && (statusCode === 400 || LEARNERS.test(words)));
  return isTheirs ? short : undefined;
}

/** About the command, user or folder that the image names, whatever these are called. */
const COMMANDS = /^(?:exec: "|exec \/|unable to find (?:user|group) |chdir to cwd )/;

/** What only the engine can be guilty of, whatever the status. */
const OURS =
  /cgroup|no space left|network \S+ not found|network sandbox|No such image|no such image|driver failed|shim.*(?:deadline|ttrpc)/i;

const LEARNERS =
  /OCI runtime create failed|no command specified|unable to find (?:user|group)|no matching entries|exec format error|executable file not found|permission denied|not a directory|working directory|mount/i;

const WRAPPERS = [
  /^\(HTTP code \d+\) [^-]*- /,
  /^failed to create task for container: /,
  /^failed to create shim task: /,
  /^OCI runtime create failed: /,
  /^(?:crun|runc|container_linux\.go:\d+|runc create failed|starting container process caused): /,
  /^unable to start container process: /,
  /^error during container init: /,
];

function shorten(words: string): string {
  let text = plainText(words, 2_000).trim();
  for (let changed = true; changed; ) {
    const before = text;
    for (const wrapper of WRAPPERS) text = text.replace(wrapper, '');
    changed = before !== text;
  }
  return text.replace(/: unknown\s*$/, '').slice(0, 500);
}
