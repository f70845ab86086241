/** The order in which cases are proved: first what fills the build cache for the others, so many at a time. */

export interface Grouped {
  /** Cases of one group share steps. The first of a group runs before the others begin. */
  of: string;
}

/**
 * Works through cases in the list's order, except that a case waits for the first one of its group; meanwhile other
 * groups begin. Results come in the list's order. The first rejection ends the rest.
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
  const next = () => waiting.findIndex(({ one }) => opened.has(one.of) || !begun.has(one.of));
  const run = async ({ one, index }: { one: Case; index: number }) => {
    results[index] = await work(one);
    opened.add(one.of);
  };
  try {
    while (waiting.length > 0 || underWay.length > 0) {
      for (let at = next(); at >= 0 && underWay.length < atATime; at = next()) {
        const [taken] = waiting.splice(at, 1);
        if (taken === undefined) break;
        begun.add(taken.one.of);
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
