import type { ImageEvidence, RunEvidence } from '../../evidence/evidence.ts';
import { plain, quote } from '../show.ts';

/** A log line on which a server says that it listens where only the container itself can reach it. */
const LOOPBACK = /\b(?:127\.0\.0\.1|localhost|\[::1\])(?::|\s+port\s+|\s*,\s*port\s*)\d{2,5}\b/i;
/** How Node.js, Python, Java, Go and Rust begin the line that says what went wrong. */
const ERROR_LINE = /^(?:Caused by: |Exception in thread |panic: |fatal error: |thread '|[\w.$]*(?:Error|Exception)\b)/;
const LOG_LINES_SHOWN = 3;

/** Why a container never answered, from most to least certain. */
export function whyNotReady(run: RunEvidence, image: ImageEvidence | undefined): { actual: string; message: string } {
  if (!run.started) {
    const words = run.startError === undefined ? '' : `: ${quote(run.startError, 240)}`;
    return {
      actual: 'could not be started',
      message: `The container could not be started${words}. ${startHint(run)}`.trim(),
    };
  }
  if (run.oomKilled) {
    return {
      actual: 'out of memory',
      message: `The container used more memory than it may and was killed. ${whatItSaid(run)}`,
    };
  }
  if (run.exitCode !== undefined) {
    return {
      actual: `exit code ${run.exitCode}`,
      message: `The container ended with exit code ${run.exitCode}. ${whatItSaid(run)}`,
    };
  }
  const loopback = run.log.split('\n').findLast((line) => LOOPBACK.test(line));
  if (loopback !== undefined) {
    return {
      actual: 'listens on 127.0.0.1 only',
      message: `The container runs, but its log says ${quote(loopback.trim(), 120)}: an address that only the container itself can reach. It has to listen on 0.0.0.0.`,
    };
  }
  const exposed = image?.config.exposedPorts ?? [];
  const ports = exposed.length === 0 ? '' : ` (the image exposes ${plain(exposed.join(', '), 60)})`;
  return {
    actual: 'nothing listens on the port',
    message: `The container runs, but nothing in it ever answered on the port of this exercise${ports}. ${whatItSaid(run)}`,
  };
}

function startHint({ startError = '' }: RunEvidence): string {
  if (/executable file not found|no such file or directory/i.test(startError)) {
    return 'The program that CMD or ENTRYPOINT names is not in the final image, or needs a shell or a library that is not there.';
  }
  if (/permission denied/i.test(startError)) return 'The user that the container runs as may not execute it.';
  if (/unable to find user/i.test(startError)) return "USER names someone who is not in the final image's /etc/passwd.";
  return '';
}

/** The end of the log, and the line with the error where a stack trace, or what Node.js adds, pushed it further up. */
function whatItSaid({ log }: RunEvidence): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length === 0) return 'It wrote nothing to its log.';
  const errorAt = lines.findLastIndex((line) => ERROR_LINE.test(line));
  const end = lines
    .slice(-LOG_LINES_SHOWN)
    .map((line) => quote(line, 120))
    .join(' ');
  const isShown = errorAt === -1 || errorAt >= lines.length - LOG_LINES_SHOWN;
  return isShown ? `The end of its log: ${end}` : `Its log says ${quote(lines[errorAt] ?? '', 200)} and ends: ${end}`;
}
