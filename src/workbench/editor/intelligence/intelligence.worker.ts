/** Reads and judges Dockerfiles beside the page, so that typing never waits for it. */
import { createAnswers } from './answer.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

const answers = createAnswers();
const post = (message: FromWorker) => postMessage(message);

addEventListener('message', async ({ data }: MessageEvent<ToWorker>) => {
  try {
    const answer = answers[data.question] as (asks: unknown) => unknown;
    post({ id: data.id, answers: await answer(data.asks) });
  } catch (error) {
    // A half-typed text that the language service chokes on: no answer, and the next one is asked for anyway.
    post({ id: data.id, failure: String(error) });
  }
});
