/**
 * The order in which cases are proved, so many at a time. Two builds of the same steps at once would both wait for the
 * same work, so each slot has an app of its own as long as there are apps.
 */

export interface Grouped {
  /** Cases of one app share steps. The first of them fills the cache before the others begin. */
  exercise: string;
}

/**
 * Works through cases app by app, while the cache still has the app's steps, and each app's in the list's order. A case
 * waits while another of its app is under way and other apps have something to do; when only one app is left, for its
 * first. Results come in the list's order. The first rejection ends the rest.
 */
export async function inShareOrder<Case extends Grouped, Result>(
  cases: readonly Case[],
  atATime: number,
  work: (one: Case) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const numbered = cases.map((one, index) => ({ one, index }));
  const waiting = [...Map.groupBy(numbered, ({ one }) => one.exercise).values()].flat();
  const opened = new Set<string>();
  let underWay: { exercise: string; done: Promise<void> }[] = [];
  const next = () => {
    const alone = waiting.findIndex(({ one }) => underWay.every(({ exercise }) => exercise !== one.exercise));
    return alone >= 0 ? alone : waiting.findIndex(({ one }) => opened.has(one.exercise));
  };
  const run = async ({ one, index }: { one: Case; index: number }) => {
    results[index] = await work(one);
    opened.add(one.exercise);
  };
  try {
    while (waiting.length > 0 || underWay.length > 0) {
      for (let at = next(); at >= 0 && underWay.length < atATime; at = next()) {
        const [taken] = waiting.splice(at, 1);
        if (taken === undefined) break;
        const done = run(taken).finally(() => {
          underWay = underWay.filter((each) => each.done !== done);
        });
        underWay.push({ exercise: taken.one.exercise, done });
      }
      await Promise.race(underWay.map(({ done }) => done));
    }
    return results;
  } finally {
    await Promise.allSettled(underWay.map(({ done }) => done));
  }
}
