/** Whether the port is free, and if not who has it. */
import { connect } from 'node:net';
import { healthSchema } from '../contract/exercise.ts';
import { limits } from '../limits.ts';
import type { DoctorItem } from './item.ts';

export type PortHolder = { kind: 'nobody' } | { kind: 'stagecraft'; message: string } | { kind: 'other' };

export function portItem(port: number, holder: PortHolder): DoctorItem {
  const item = { id: 'port', title: 'Port' };
  if (holder.kind === 'nobody') return { ...item, state: 'ok', found: `${port} is free` };
  if (holder.kind === 'stagecraft') {
    return {
      ...item,
      state: 'warning',
      found: `a Stagecraft serves on ${port} already (${holder.message})`,
      mend: `Use that one; a second one needs --port ${port + 1} and a STAGECRAFT_HOME of its own.`,
    };
  }
  const mend = `npx stagecraft start --port ${port + 1}`;
  return { ...item, state: 'warning', found: `${port} is taken by another program`, mend };
}

/** Asks whoever listens there for its health; opens nothing. */
export async function holderOf({ host, port }: { host: string; port: number }): Promise<PortHolder> {
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  if (!(await listens(address, port))) return { kind: 'nobody' };
  try {
    const name = address.includes(':') ? `[${address}]` : address;
    const signal = AbortSignal.timeout(limits.doctor.answerTimeoutMs);
    const answer = await fetch(`http://${name}:${port}/api/health`, { signal, redirect: 'manual' });
    return { kind: 'stagecraft', message: healthSchema.parse(await answer.json()).message };
  } catch {
    return { kind: 'other' };
  }
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limits.doctor.answerTimeoutMs });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(true));
    socket.once('error', () => end(false));
  });
}
