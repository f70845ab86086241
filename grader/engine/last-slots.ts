/**
 * In which slot somebody built last. A step's cache key contains its slot: whoever comes again finds their steps cached
 * only there.
 */
import { limits } from '../limits.ts';

export class LastSlots {
  /** In the order of use, so that the first is the one to forget. */
  readonly #numbers = new Map<string, number>();

  get(stepsOf: string): number | undefined {
    return this.#numbers.get(stepsOf);
  }

  set(stepsOf: string, number: number): void {
    this.#numbers.delete(stepsOf);
    this.#numbers.set(stepsOf, number);
    const [oldest] = this.#numbers.keys();
    if (this.#numbers.size > limits.slot.rememberedMax && oldest !== undefined) this.#numbers.delete(oldest);
  }
}
