import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, type Readable, type Writable } from 'node:stream';

/**
 * A real socket that carries two streams: Node's HTTP/2 over any other kind of stream breaks its own assertion as soon as
 * both ends have much to say (JSStreamSocket; seen with Node 24.11).
 */
export async function socketFor(streams: { readable: Readable; writable: Writable }): Promise<Socket> {
  const dir = await mkdtemp(join(tmpdir(), 'stagecraft-pair-'));
  const path = join(dir, 'pair.sock');
  const server = createServer();
  try {
    const accepted = new Promise<Socket>((resolve, reject) => server.once('connection', resolve).once('error', reject));
    // It is awaited below, but not where the server can't even listen.
    accepted.catch(() => {});
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    const ours = connect(path);
    const theirs = await accepted;
    const end = (): void => {
      ours.destroy();
      theirs.destroy();
    };
    ours.on('error', end);
    pipeline(streams.readable, ours, end);
    pipeline(ours, streams.writable, end);
    return theirs;
  } finally {
    server.close();
    await rm(dir, { recursive: true, force: true });
  }
}
