/**
 * The page's end of a shell: one WebSocket after another until the shell ends, each going on where the last one broke
 * off. Output is read no faster than it is drawn: what is drawn is told, and the server sends no more than that ahead.
 */
import {
  type FromPage,
  type FromShell,
  fromShellSchema,
  type TerminalEnd,
  type TerminalMode,
  type TerminalSize,
  type TerminalView,
} from '../../../grader/contract/terminal.ts';

export interface ShellHandlers {
  onOpen(opened: { mode: TerminalMode; fresh: boolean }): void;
  /** Calls `done` when it is drawn. */
  onOutput(bytes: Uint8Array, done: () => void): void;
  onWarning(reason: 'idle' | 'total' | 'input'): void;
  onLost(): void;
  /** Once, as the last of all. `moved`: it goes on in another tab. */
  onEnd(end: TerminalEnd | 'moved'): void;
}

export interface ShellLinkOptions {
  address: string;
  mode: TerminalMode;
  size: TerminalSize;
  /** Of the server; see the contract. */
  limits: TerminalView['limits'];
  /** Come back to a shell that runs, of which this page has nothing yet. */
  resume: boolean;
  handlers: ShellHandlers;
  open?: (address: string) => WebSocket;
}

const retryMs = [200, 500, 1_000, 2_000, 3_000];
const ackEveryMs = 60;
/** A shell message stays far below what the server takes; a paste comes in pieces, no faster than it is allowed to. */
const pieceCharacters = 2_000;

export class ShellLink {
  readonly #options: ShellLinkOptions;
  #size: TerminalSize;
  #socket: WebSocket | undefined;
  /** Bytes that were received; `undefined` until the shell was opened for this page. */
  #received: number | undefined;
  #drawn = 0;
  #lostAt: number | undefined;
  #failures = 0;
  #over = false;
  /** The server knows of us. */
  #heard = false;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #typing: Promise<void> = Promise.resolve();

  constructor(options: ShellLinkOptions) {
    this.#options = options;
    this.#size = options.size;
    if (options.resume) this.#received = 0;
    this.#connect();
  }

  #connect(): void {
    const { columns, rows } = this.#size;
    const query = new URLSearchParams({ mode: this.#options.mode, columns: String(columns), rows: String(rows) });
    if (this.#received !== undefined) query.set('seen', String(this.#received));
    const open = this.#options.open ?? ((address: string) => new WebSocket(address));
    const socket = open(`${this.#options.address}?${query}`);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#heard = true;
    });
    socket.addEventListener('message', ({ data }) => this.#socket === socket && this.#take(data));
    socket.addEventListener('close', () => this.#socket === socket && this.#lost());
  }

  #take(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      this.#received = (this.#received ?? 0) + data.byteLength;
      const upTo = this.#received;
      this.#options.handlers.onOutput(new Uint8Array(data), () => {
        this.#drawn = upTo;
        this.#ackTimer ??= setTimeout(() => {
          this.#ackTimer = undefined;
          this.#send({ type: 'ack', bytes: this.#drawn });
        }, ackEveryMs);
      });
      return;
    }
    const message = parse(data);
    if (message !== undefined) this.#hear(message);
  }

  #hear(message: FromShell): void {
    const { handlers } = this.#options;
    if (message.type === 'opened') {
      const fresh = this.#received !== message.at || this.#lostAt === undefined;
      this.#received = message.at;
      this.#drawn = message.at;
      this.#lostAt = undefined;
      this.#failures = 0;
      handlers.onOpen({ mode: message.mode, fresh });
      this.resize(this.#size);
    } else if (message.type === 'warning') handlers.onWarning(message.reason);
    else if (message.type === 'moved') this.#finish('moved');
    else this.#finish(message);
  }

  /** Nothing was said about an end, so the shell waits for us, for a while. */
  #lost(): void {
    if (this.#over) return;
    this.#lostAt ??= Date.now();
    if (Date.now() - this.#lostAt > this.#options.limits.graceMs) {
      this.#finish({ reason: 'lost' });
      return;
    }
    this.#options.handlers.onLost();
    // What the server may have begun is asked for as a shell that runs; what it never heard of, anew.
    if (this.#heard) this.#received ??= 0;
    const delay = retryMs[Math.min(this.#failures++, retryMs.length - 1)];
    this.#retryTimer = setTimeout(() => this.#connect(), delay);
  }

  #finish(end: TerminalEnd | 'moved'): void {
    if (this.#over) return;
    this.close();
    this.#options.handlers.onEnd(end);
  }

  /** Types. Pieces of a paste follow one another at the pace that the server allows. */
  type(data: string): void {
    const send = (piece: string) => this.#send({ type: 'input', data: piece });
    if (data.length <= pieceCharacters) {
      this.#typing = this.#typing.then(() => send(data));
      return;
    }
    const pauseMs = (pieceCharacters * 3 * 1_000) / this.#options.limits.inputBytesPerSecond;
    for (const piece of pieces(data)) {
      this.#typing = this.#typing.then(async () => {
        send(piece);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      });
    }
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#send({ type: 'resize', ...size });
  }

  /** Asks for its end; `onEnd` tells when it came. */
  end(): void {
    this.#send({ type: 'end' });
  }

  /** Leaves the shell to itself: it waits for its page to come back, and then ends. */
  close(): void {
    this.#over = true;
    clearTimeout(this.#ackTimer);
    clearTimeout(this.#retryTimer);
    this.#socket?.close();
    this.#socket = undefined;
  }

  #send(message: FromPage): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }
}

/** Without cutting a character in two. */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + pieceCharacters);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end += 1;
    yield text.slice(start, end);
    start = end;
  }
}

function parse(data: unknown): FromShell | undefined {
  try {
    return fromShellSchema.safeParse(JSON.parse(String(data))).data;
  } catch {
    return undefined;
  }
}
