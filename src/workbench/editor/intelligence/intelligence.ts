/** The page's side of the worker: one per page, started when the first editor asks. */
import type { FromWorker, ImageName, Question, Questions } from './protocol.ts';

interface Waiting {
  resolve(answers: unknown): void;
  reject(error: Error): void;
}

export class Intelligence {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  constructor() {
    this.#worker = new Worker(new URL('./intelligence.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('failure' in data) waiting?.reject(new Error(data.failure));
      else waiting?.resolve(data.answers);
    });
    // A worker that can't be had answers nothing; typing and building go on without it.
    this.#worker.addEventListener('error', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The worker failed.'));
      this.#waiting.clear();
    });
  }

  /** Rejects when the text made the language service fail, or when the worker could not be started. */
  ask<Q extends Question>(question: Q, asks: Questions[Q]['asks']): Promise<Questions[Q]['answers']> {
    this.#next += 1;
    const id = this.#next;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (answers: unknown) => void, reject });
      this.#worker.postMessage({ id, question, asks });
    });
  }

  setImages(images: readonly ImageName[]): void {
    void this.ask('images', images).catch(() => {});
  }
}

let shared: Intelligence | undefined;

export function sharedIntelligence(): Intelligence {
  shared ??= new Intelligence();
  return shared;
}
