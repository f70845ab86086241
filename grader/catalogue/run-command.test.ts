import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

test('what a program says and its exit code come back', async () => {
  const ended = await runCommand(['sh', '-c', 'cat; echo oh >&2; exit 3'], { input: 'text' });
  expect(ended).toEqual({ exitCode: 3, stdout: 'text', stderr: 'oh\n' });
});

test('a program that is not there is named', async () => {
  await expect(runCommand(['no-such-program'])).rejects.toMatchObject({
    code: 'host_lacks',
    message: 'The program no-such-program was not found on this machine; install it.',
  });
});

/** In a process of its own, which has no file descriptor left to start others with. */
const withoutDescriptors = (statement: string) => `
  import { openSync } from 'node:fs';
  import { runCommand } from ${JSON.stringify(join(import.meta.dirname, 'run-command.ts'))};
  import { runBuildx } from ${JSON.stringify(join(import.meta.dirname, '../build/spawn-buildx.ts'))};
  try { for (;;) openSync('/dev/null'); } catch {}
  await (${statement}).catch((error) => console.log(error.code));
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log('goes on');
`;

test.each([
  ["runCommand(['true'])", 'internal'],
  ["runBuildx({ command: 'true', args: [], env: {} }, new AbortController().signal)", 'host_lacks'],
])('want of file descriptors fails %s and nothing else', async (statement, code) => {
  const node = [process.execPath, '--input-type=module', '--eval', withoutDescriptors(statement)];
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n 128; exec "$@"', 'sh', ...node]);
  expect(stdout).toBe(`${code}\ngoes on\n`);
});
