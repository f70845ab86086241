/** A slot as long as its lease is held. */
import { callAgent, type HeldLease } from './agent-client.ts';
import type { Slot, SlotUsage } from './engine.ts';

export interface LeasedSlotOptions {
  agentSocket: string;
  /** Slots that are being given back, by their groups: whoever leaves the engine waits for them. */
  releasing: Map<string, Promise<void>>;
}

export function leasedSlot({ grant, close }: HeldLease, { agentSocket, releasing }: LeasedSlotOptions): Slot {
  const call = (path: string): Promise<unknown> =>
    callAgent(agentSocket, { method: 'POST', path, body: { lease: grant.lease }, timeoutMs: 20_000 });
  let cleanUp: Promise<unknown> = Promise.resolve();
  const release = async (): Promise<void> => {
    try {
      await cleanUp;
      await call('/slots/release');
    } catch {
      // The engine ended, and the slot with it.
    } finally {
      close();
    }
  };
  let released: Promise<void> | undefined;
  return {
    number: grant.number,
    cgroupParent: grant.cgroupParent,
    usage: async () => (await call('/slots/usage')) as SlotUsage,
    putOff: (work) => {
      cleanUp = cleanUp.then(work).catch(() => {});
    },
    release: () => {
      if (released === undefined) {
        released = release().finally(() => releasing.delete(grant.cgroupParent));
        releasing.set(grant.cgroupParent, released);
      }
      return released;
    },
  };
}
