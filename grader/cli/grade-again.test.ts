import { expect, test } from 'vitest';
import { StagecraftError } from '../errors.ts';
import type { Grade } from '../grade-submission.ts';
import { limits } from '../limits.ts';
import { gradingAgain } from './grade-again.ts';

const report = { verdict: 'passed' } as Awaited<ReturnType<Grade>>;
const lost = new StagecraftError('engine_unavailable', 'It went away.', { retryable: true });

/** Throws what is listed, one after the other, and then grades. */
function failing(...errors: Error[]) {
  const told: string[] = [];
  const waits: number[] = [];
  const grade = gradingAgain(
    async () => {
      const error = errors.shift();
      if (error !== undefined) throw error;
      return report;
    },
    (sentence) => told.push(sentence),
    async (ms) => {
      waits.push(ms);
    },
  );
  const request = { exercise: 'one', dockerfile: '', learner: 'a' };
  return { told, waits, graded: grade(request, { emit: () => {}, signal: new AbortController().signal }) };
}

test('a fault that may have passed is told, and the case graded again', async () => {
  const { told, graded } = failing(lost);
  expect(await graded).toBe(report);
  expect(told).toEqual(['one: It went away. It is tried again.']);
});

test('an engine that stays away is a fault in the end', async () => {
  const { told, waits, graded } = failing(...Array.from({ length: limits.queue.deliveriesMax }, () => lost));
  await expect(graded).rejects.toBe(lost);
  expect(told).toHaveLength(limits.queue.deliveriesMax - 1);
  expect(waits[0]).toBeGreaterThanOrEqual(limits.queue.retryDelaySeconds * 1000);
  expect(waits[1]).toBeGreaterThanOrEqual(waits[0] ?? 0);
});

test.each([new StagecraftError('bad_input', 'No.'), new StagecraftError('cancelled', 'Ended.'), new Error('bug')])(
  '%s is not tried again',
  async (error) => {
    await expect(failing(error).graded).rejects.toBe(error);
  },
);
