/** The slot of one round of filling: taken when the first image needs it, shared by all sources, given back once. */
import type { Engine, Slot } from '../engine/engine.ts';

export class RoundSlot {
  readonly #engine: Pick<Engine, 'acquireSlot'>;
  readonly #signal: AbortSignal | undefined;
  #slot: Promise<Slot> | undefined;

  constructor(engine: Pick<Engine, 'acquireSlot'>, signal: AbortSignal | undefined) {
    this.#engine = engine;
    this.#signal = signal;
  }

  /** For loading and saving too: a dockerd that works while no slot is taken counts as run wild and is restarted. */
  take(): Promise<Slot> {
    this.#slot ??= this.#engine.acquireSlot(this.#signal);
    return this.#slot;
  }

  /** The next `take` gets a new one: the engine may have been restarted under the old. Never throws. */
  async giveBack(): Promise<void> {
    const slot = await this.#slot?.catch(() => undefined);
    this.#slot = undefined;
    await slot?.release();
  }
}
