import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isOwnerAlive, ownerId } from './owner.ts';

describe('isOwnerAlive', () => {
  it('knows that this process lives', () => {
    expect(isOwnerAlive(ownerId())).toBe(true);
  });

  it('knows that a process has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const owner = ownerId(child.pid);
    expect(isOwnerAlive(owner)).toBe(true);
    child.stdin.end();
    await once(child, 'exit');
    expect(isOwnerAlive(owner)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is not fooled by another process that got the same pid', () => {
    expect(isOwnerAlive(`${process.pid}.1`)).toBe(false);
  });

  it('leaves alone what it does not understand', () => {
    expect(isOwnerAlive('somebody else')).toBe(true);
    expect(isOwnerAlive('')).toBe(true);
  });
});
