/** The order in which cases are proved: first what fills the build cache for the others, so many at a time. */

export interface Grouped {
  /** Cases of one app share steps. The first of them runs before the others begin. */
  exercise: string;
}

/**
 * Works through cases in the list's order, except that a case waits for the first one of its app; meanwhile other
 * apps begin. Results come in the list's order. The first rejection ends the rest.
 */
export async function inShareOrder<Case extends Grouped, Result>(
  cases: readonly Case[],
  atATime: number,
  work: (one: Case) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = cases.map((one, index) => ({ one, index }));
  const begun = new Set<string>();
  const opened = new Set<string>();
  let underWay: Promise<void>[] = [];
  const next = () => waiting.findIndex(({ one }) => opened.has(one.exercise) || !begun.has(one.exercise));
  const run = async ({ one, index }: { one: Case; index: number }) => {
    results[index] = await work(one);
    opened.add(one.exercise);
  };
  try {
    while (waiting.length > 0 || underWay.length > 0) {
      for (let at = next(); at >= 0 && underWay.length < atATime; at = next()) {
        const [taken] = waiting.splice(at, 1);
        if (taken === undefined) break;
        begun.add(taken.one.exercise);
        const running = run(taken).finally(() => {
          underWay = underWay.filter((each) => each !== running);
        });
        underWay.push(running);
      }
      await Promise.race(underWay);
    }
    return results;
  } finally {
    await Promise.allSettled(underWay);
  }
}
