import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, test, vi } from 'vitest';
import { untilExited } from './until-exited.ts';

const running = { State: { Running: true, ExitCode: 0 } };
const never = new Promise<never>(() => {});

test('the exit code comes from the daemon as soon as it knows', async () => {
  const inspect = vi.fn(async () => running);
  expect(await untilExited({ wait: async () => ({ StatusCode: 3 }), inspect: inspect as never })).toBe(3);
  expect(inspect).not.toHaveBeenCalled();
});

test('an end that the daemon did not tell is seen', async () => {
  const inspect = vi
    .fn()
    .mockResolvedValueOnce(running)
    .mockResolvedValue({ State: { Running: false, ExitCode: 7 } });
  expect(await untilExited({ wait: () => never, inspect }, { intervalMs: 1 })).toBe(7);
});

/** Answers as dockerd does: `wait` begins, and ends when the container does, which is never. */
const daemon = `
  const server = require('node:http').createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (request.url.includes('/wait')) { response.flushHeaders(); console.log('waiting'); }
    else response.end(JSON.stringify(${JSON.stringify(running)}));
  });
  server.listen(process.argv[1], () => console.log('listening'));
`;

test('a daemon that is killed meanwhile does not leave its client waiting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'until-exited-'));
  const socketPath = join(folder, 'daemon.sock');
  const child = spawn(process.execPath, ['--eval', daemon, socketPath], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    const ended = untilExited(new Docker({ socketPath }).getContainer('one'), { intervalMs: 50 });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await expect(ended).rejects.toMatchObject({ code: expect.stringMatching(/^ECONN/) });
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});
