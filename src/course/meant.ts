/** On the page that says "not found": which pages have an address like the one that was asked for. */
const shownMax = 4;
/** The share of pairs of letters that two addresses have in common, from which it may have been a slip. */
const likenessMin = 0.45;

export function showMeant(): void {
  const section = document.querySelector<HTMLElement>('.meant');
  if (!section) return;
  const items = [...section.querySelectorAll('li')].map((item) => ({
    item,
    path: item.querySelector('a')?.getAttribute('href') ?? '',
  }));
  const near = nearestPaths(
    location.pathname,
    items.map(({ path }) => path),
  );
  for (const { item, path } of items) item.hidden = !near.includes(path);
  for (const path of near)
    section.querySelector('ul')?.append(...items.flatMap((each) => (each.path === path ? [each.item] : [])));
  section.hidden = near.length === 0;
}

/** The nearest first; none when nothing is near. The last part of an address says most. */
export function nearestPaths(asked: string, known: readonly string[]): string[] {
  const name = lastPart(asked);
  return known
    .map((path) => ({ path, like: likeness(name, lastPart(path)) }))
    .filter(({ like }) => like >= likenessMin)
    .sort((a, b) => b.like - a.like)
    .slice(0, shownMax)
    .map(({ path }) => path);
}

const lastPart = (path: string) =>
  path
    .toLowerCase()
    .replace(/\.html?$/, '')
    .split('/')
    .filter((part) => part !== '')
    .at(-1) ?? '';

/** Dice's: twice the pairs in common by all pairs. */
function likeness(one: string, other: string): number {
  const [a, b] = [pairs(one), pairs(other)];
  if (a.length === 0 || b.length === 0) return one === other ? 1 : 0;
  const rest = [...b];
  let common = 0;
  for (const pair of a) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    rest.splice(at, 1);
    common += 1;
  }
  return (2 * common) / (a.length + b.length);
}

const pairs = (text: string) => Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
