import { distance } from 'fastest-levenshtein';

/** The candidate a person most likely meant, or undefined when none is near. Case and `./` are not minded. */
export function nearest(wanted: string, candidates: Iterable<string>): string | undefined {
  const target = plain(wanted);
  let best: { candidate: string; score: number } | undefined;
  for (const candidate of candidates) {
    const score = scoreOf(target, plain(candidate));
    if (score !== undefined && (best === undefined || score < best.score)) best = { candidate, score };
  }
  return best?.candidate;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/^\.\//, '').slice(0, 200);
}

function scoreOf(target: string, candidate: string): number | undefined {
  const edits = distance(target, candidate);
  const allowed = Math.max(1, Math.floor(Math.max(target.length, candidate.length) * 0.4));
  if (edits <= allowed) return edits;
  const [short, long] = target.length < candidate.length ? [target, candidate] : [candidate, target];
  // `node` for `node:20`, `main.js` for `dist/main.js`.
  return short.length >= 3 && (long.startsWith(short) || long.endsWith(`/${short}`)) ? allowed + 1 : undefined;
}
