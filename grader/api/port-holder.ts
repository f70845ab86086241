/** Who listens on a port, and which one is free. */
import { connect } from 'node:net';
import { healthSchema } from '../contract/exercise.ts';

/** A Stagecraft on this machine answers in milliseconds, unless the machine is busy. */
const answerTimeoutMs = 5_000;

export interface Place {
  host: string;
  port: number;
}

export type PortHolder = { kind: 'nobody' } | { kind: 'stagecraft'; message: string } | { kind: 'other' };

/** Asks whoever listens there for its health; opens nothing. */
export async function holderOf({ host, port }: Place): Promise<PortHolder> {
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  if (!(await listens(address, port))) return { kind: 'nobody' };
  try {
    const name = address.includes(':') ? `[${address}]` : address;
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const answer = await fetch(`http://${name}:${port}/api/health`, { signal, redirect: 'manual' });
    return { kind: 'stagecraft', message: healthSchema.parse(await answer.json()).message };
  } catch {
    return { kind: 'other' };
  }
}

/** The first port above this one that nobody listens on. */
export async function freePortAbove({ host, port }: Place): Promise<number> {
  for (let next = port + 1; next <= 65535; next += 1)
    if ((await holderOf({ host, port: next })).kind === 'nobody') return next;
  return 0;
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: answerTimeoutMs });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(true));
    socket.once('error', () => end(false));
  });
}
