import { describe, expect, it } from 'vitest';
import { startErrorFrom } from './start-error.ts';

/** As docker-modem rejects. */
function daemon(statusCode: number, message: string): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), {
    statusCode,
    json: { message },
  });
}
const runc =
  'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

describe('startErrorFrom', () => {
  it('finds the words that matter in the long sentence of the runtime', () => {
    const words = 'exec: "node": executable file not found in $PATH';
    expect(startErrorFrom(daemon(400, `${runc}${words}: unknown`))).toBe(words);
  });

  it.each([
    [400, 'no command specified'],
    [400, 'unable to find user app: no matching entries in passwd file'],
    [500, `${runc}exec: "/app/server": permission denied: unknown`],
    [500, `${runc}exec: "/app/cgroup": stat /app/cgroup: no such file or directory: unknown`],
    [400, 'unable to find user cgroup: no matching entries in passwd file'],
    [500, `${runc}exec /app/server: exec format error: unknown`],
  ])('takes %i %s for the fault of the image', (status, message) => {
    expect(startErrorFrom(daemon(status, message))).toBeDefined();
  });

  it.each([
    [404, 'No such image: sha256:abc'],
    [404, 'network runs not found'],
    [
      500,
      `${runc}unable to apply cgroup configuration: mkdir /sys/fs/cgroup/slot1: no such file or directory: unknown`,
    ],
    [500, 'write /var/lib/docker/x: no space left on device'],
    [500, 'something nobody has seen yet'],
    [409, 'Conflict. The container name is already in use'],
  ])('takes %i %s for our fault', (status, message) => {
    expect(startErrorFrom(daemon(status, message))).toBeUndefined();
  });

  it('takes a broken connection for our fault', () => {
    expect(startErrorFrom(Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' }))).toBeUndefined();
  });

  it('passes no terminal sequences of a hostile command on and cuts it short', () => {
    const words = startErrorFrom(daemon(400, `${runc}exec: "\u001b[2Jx${'y'.repeat(5000)}": not found: unknown`)) ?? '';
    expect(words).not.toContain('\u001b');
    expect(words.length).toBeLessThanOrEqual(500);
  });
});
