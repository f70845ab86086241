/**
 * One lock between processes. The kernel keeps it: the lock is the right to listen on an abstract socket name, so it is
 * released the moment its holder ends, however it ends. Who waits connects to the holder and is told by the closing.
 */
import { connect, createServer, type Server } from 'node:net';
import { StagecraftError } from '../../errors.ts';

/** Runs `work` while no other process (nor another call in this one) holds the lock of this name. */
export async function withLock<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const release = await acquireLock(name, signal);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquireLock(name: string, signal?: AbortSignal): Promise<() => Promise<void>> {
  for (;;) {
    if (signal?.aborted)
      throw new StagecraftError('cancelled', 'Waiting for another Stagecraft process was cancelled.');
    const held = await tryListen(`\0${name}`);
    if (held !== undefined) return held;
    await untilReleased(`\0${name}`, signal);
  }
}

function tryListen(path: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => waiting.delete(socket));
    });
    const waiting = new Set<import('node:net').Socket>();
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () =>
      resolve(
        () =>
          new Promise<void>((closed) => {
            server.close(() => closed());
            for (const socket of waiting) socket.destroy();
          }),
      ),
    );
  });
}

function untilReleased(path: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (): void => {
      signal?.removeEventListener('abort', done);
      socket.destroy();
      resolve();
    };
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
    socket.on('error', done);
    socket.on('close', done);
    socket.resume();
  });
}
