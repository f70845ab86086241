/** Works through a list, so many at a time; results come in the list's order. The first rejection ends the rest. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.map((item, index) => ({ item, index }));
  let broken = false;
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined && !broken; next = queue.shift()) {
      try {
        results[next.index] = await work(next.item);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: atATime }, worker);
  // All of them, also after a failure: whoever called may close what they work with.
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return results;
}
