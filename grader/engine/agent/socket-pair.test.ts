import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { socketFor } from './socket-pair.ts';

test('a socket that can not be made fails its caller and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'socket-pair-'));
  // The kernel takes paths of 107 bytes.
  const long = join(folder, 'x'.repeat(100));
  await mkdir(long);
  vi.stubEnv('TMPDIR', long);
  try {
    await expect(socketFor({ readable: new PassThrough(), writable: new PassThrough() })).rejects.toThrow('EINVAL');
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
