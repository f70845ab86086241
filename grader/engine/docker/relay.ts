/**
 * Sockets here that lead to the engine's sockets there, through nothing but the API of the Docker that it is a container
 * of: no port is published, no folder shared and no certificate made. Other end: `agent/relay.ts`.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { relayWindowBytes } from '../agent/relay.ts';
import { socketFor } from '../agent/socket-pair.ts';

export interface RelayOptions {
  /** The sockets are made in it; nobody else may enter. */
  folder: string;
  /** A new transport to a relay inside the engine; rejects when there is no engine. */
  dial: () => Promise<Transport>;
}

export interface Transport {
  readable: Readable;
  writable: Writable;
  /** The connection that carries it, which keeps this process alive only while something goes through it. */
  carrier: Pick<Socket, 'ref' | 'unref'>;
}

const names = ['docker', 'agent'] as const;

/** Two sockets of this process. The way to the engine is made when it is needed, and again after the engine was. */
export class Relay {
  readonly dockerSocket: string;
  readonly agentSocket: string;
  readonly #options: RelayOptions;
  readonly #servers: Server[];
  #session: Promise<{ session: ClientHttp2Session; carrier: Transport['carrier'] }> | undefined;
  #open = 0;

  static async listen(options: RelayOptions): Promise<Relay> {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    const relay = new Relay(options);
    await Promise.all(
      names.map((name, index) => {
        const path = relay.#pathOf(name);
        rmSync(path, { force: true });
        process.once('exit', () => rmSync(path, { force: true }));
        return new Promise<void>((resolve, reject) => {
          relay.#servers[index]?.once('error', reject).listen(path, () => {
            chmodSync(path, 0o600);
            resolve();
          });
        });
      }),
    );
    return relay;
  }

  private constructor(options: RelayOptions) {
    this.#options = options;
    this.dockerSocket = this.#pathOf('docker');
    this.agentSocket = this.#pathOf('agent');
    this.#servers = names.map((name) =>
      createServer({ allowHalfOpen: true }, (socket) => void this.#carry(socket, name)).unref(),
    );
  }

  /** Ends every connection; the sockets go with the process. */
  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    const open = await this.#session?.catch(() => undefined);
    open?.session.destroy();
  }

  #pathOf(name: string): string {
    return join(this.#options.folder, `${name}-${process.pid}.sock`);
  }

  async #carry(socket: Socket, name: string): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      this.#session ??= this.#dial();
      const { session, carrier } = await this.#session;
      if (socket.destroyed) return;
      const stream = session.request({ ':method': 'CONNECT', ':authority': name });
      this.#count(carrier, 1);
      stream.on('close', () => {
        this.#count(carrier, -1);
        socket.destroy();
      });
      pipeBothWays(socket, stream);
    } catch {
      // No engine: to whoever connected, a socket that closes.
      socket.destroy();
    }
  }

  #count(carrier: Transport['carrier'], by: 1 | -1): void {
    this.#open += by;
    if (this.#open > 0) carrier.ref();
    else carrier.unref();
  }

  async #dial(): Promise<{ session: ClientHttp2Session; carrier: Transport['carrier'] }> {
    const forget = (): void => {
      this.#session = undefined;
    };
    try {
      const { carrier, ...streams } = await this.#options.dial();
      const transport = await socketFor(streams);
      this.#open = 0;
      const session = connect('http://engine', {
        createConnection: () => transport,
        settings: { initialWindowSize: relayWindowBytes },
      });
      session.on('connect', () => session.setLocalWindowSize(relayWindowBytes));
      session.on('error', forget).on('close', forget);
      transport.on('close', () => session.destroy());
      return { session, carrier };
    } catch (error) {
      forget();
      throw error;
    }
  }
}

/** Both directions, each of which may end before the other. */
function pipeBothWays(socket: Socket, stream: ClientHttp2Stream): void {
  stream.on('error', () => socket.destroy());
  stream.on('response', (headers) => {
    if (headers[':status'] !== 200) socket.destroy();
  });
  socket.on('close', () => stream.close());
  socket.pipe(stream);
  stream.pipe(socket);
}
