/** So much in a second, and twice that at once: a token bucket. */
export class Allowance {
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #countedAt: number;

  constructor(perSecond: number, now: () => number = Date.now) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = perSecond * 2;
    this.#countedAt = now();
  }

  /** False when it was too much. */
  take(amount: number): boolean {
    const at = this.#now();
    const earned = ((at - this.#countedAt) * this.#perSecond) / 1_000;
    this.#left = Math.min(this.#perSecond * 2, this.#left + earned) - amount;
    this.#countedAt = at;
    return this.#left >= 0;
  }
}
