/** Talks to the agent inside the engine: JSON over HTTP over its unix socket, one connection per call. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { StagecraftError } from '../errors.ts';
import type { AgentFault, AgentStatus, LeaseGrant } from './agent/protocol.ts';

export interface AgentCall {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * @throws StagecraftError `engine_unavailable` (retryable) when the agent can't be reached or the connection breaks,
 * `cancelled`, or `internal` with the agent's own words
 */
export async function callAgent(socketPath: string, call: AgentCall): Promise<unknown> {
  const payload = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const deadline = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline]);
  try {
    return await new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath,
          method: call.method,
          path: call.path,
          agent: false,
          signal,
          headers:
            payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length },
        },
        (incoming) => readAnswer(incoming).then(resolve, reject),
      );
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  } catch (cause) {
    if (cause instanceof StagecraftError) throw cause;
    if (call.signal?.aborted)
      throw new StagecraftError('cancelled', 'The request to the sandbox engine was cancelled.', { cause });
    throw unavailable(cause);
  }
}

async function readAnswer(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  if (!incoming.complete) throw new Error('The answer was cut short.');
  const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  if (incoming.statusCode === 200) return answer;
  const why = (answer as AgentFault).error;
  // Gone: what the engine knew before it was restarted.
  if (incoming.statusCode === 410) throw unavailable(new Error(why));
  throw new StagecraftError('internal', `The sandbox engine refused: ${why}`);
}

/** @throws StagecraftError `engine_unavailable` when it does not answer in time */
export async function readAgentStatus(socketPath: string, timeoutMs: number): Promise<AgentStatus> {
  return (await callAgent(socketPath, { method: 'GET', path: '/status', timeoutMs })) as AgentStatus;
}

export function unavailable(cause: unknown): StagecraftError {
  return new StagecraftError(
    'engine_unavailable',
    'The sandbox engine does not answer; it is being restarted. Try again in a few seconds.',
    { cause, retryable: true },
  );
}

/** A leased slot. The lease lasts until `close` is called, this process ends, or the engine does. */
export interface HeldLease {
  grant: LeaseGrant;
  close: () => void;
}

export interface LeaseWanted {
  kind: 'slots' | 'terminals';
  /** The number of the slot to get if it is free. */
  preferred?: number | undefined;
}

/** Waits until a slot of this kind is free, as long as `signal` allows. */
export async function holdLease(socketPath: string, wanted: LeaseWanted, signal?: AbortSignal): Promise<HeldLease> {
  const { kind, preferred } = wanted;
  const call = { path: `/${kind}/acquire`, body: { preferred }, whileWaiting: 'Waiting for a free slot', signal };
  const { statusCode, answer, close } = await hold(socketPath, call);
  if (statusCode === 200) return { grant: answer as LeaseGrant, close };
  throw new StagecraftError('internal', `The sandbox engine gave no slot: ${(answer as AgentFault).error}`);
}

/**
 * Waits for a time in which no slot is leased, which lasts until `close` is called.
 * @param ifIdle not to wait for slots in use
 * @returns undefined when slots are in use that are not waited for, or another process has asked for such a time
 */
export async function holdQuiet(
  socketPath: string,
  { ifIdle, signal }: { ifIdle: boolean; signal?: AbortSignal | undefined },
): Promise<{ close: () => void } | undefined> {
  const call = { path: '/slots/quiet', body: { ifIdle }, whileWaiting: 'Waiting for all slots', signal };
  const { statusCode, close } = await hold(socketPath, call);
  return statusCode === 200 ? { close } : undefined;
}

interface HoldCall {
  path: string;
  body: unknown;
  whileWaiting: string;
  signal: AbortSignal | undefined;
}

interface Held {
  statusCode: number | undefined;
  answer: unknown;
  close: () => void;
}

/** A request that is in force for as long as its connection. */
function hold(socketPath: string, { path, body, whileWaiting, signal }: HoldCall): Promise<Held> {
  return new Promise((resolve, reject) => {
    const cancelled = () => new StagecraftError('cancelled', `${whileWaiting} was cancelled.`);
    if (signal?.aborted) {
      reject(cancelled());
      return;
    }
    const outgoing = request({ socketPath, method: 'POST', path, agent: false });
    const giveUp = (): void => {
      outgoing.destroy();
      reject(cancelled());
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    outgoing.on('error', (cause) => reject(unavailable(cause)));
    outgoing.on('response', (incoming) => {
      let text = '';
      const answer = (): void => {
        signal?.removeEventListener('abort', giveUp);
        try {
          resolve({ statusCode: incoming.statusCode, answer: JSON.parse(text), close: () => outgoing.destroy() });
        } catch (cause) {
          reject(unavailable(cause));
        }
      };
      incoming.setEncoding('utf8');
      incoming.on('error', () => {});
      incoming.on('close', () => reject(unavailable(new Error('The engine ended.'))));
      incoming.on('data', (chunk: string) => {
        text += chunk;
        // What lasts begins with a line; a refusal comes whole, in however many pieces.
        if (incoming.statusCode === 200 && text.endsWith('\n')) answer();
      });
      incoming.on('end', answer);
    });
    outgoing.end(JSON.stringify(body));
  });
}

/** Holds a connection that lasts as long as the engine; `onGone` is called once when it breaks or can't be made. */
export function watchAlive(socketPath: string, onGone: () => void): () => void {
  let watching = true;
  const gone = (): void => {
    if (!watching) return;
    watching = false;
    outgoing.destroy();
    onGone();
  };
  const outgoing: ClientRequest = request({ socketPath, method: 'GET', path: '/alive', agent: false });
  // Watching alone must not keep a process from ending.
  outgoing.on('socket', (socket) => socket.unref());
  outgoing.on('error', gone);
  outgoing.on('response', (incoming) => {
    incoming.on('error', gone);
    incoming.on('close', gone);
    incoming.resume();
  });
  outgoing.end();
  return () => {
    watching = false;
    outgoing.destroy();
  };
}
