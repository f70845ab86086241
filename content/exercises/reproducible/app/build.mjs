// Makes dist/guide.json of all stops, and dist/about.json, which says of when the guide is.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** The date of the source where one is given (https://reproducible-builds.org/specs/source-date-epoch/), else now. */
export function dateOfGuide({ SOURCE_DATE_EPOCH: seconds } = process.env, now = new Date()) {
  return seconds ? new Date(Number(seconds) * 1000) : now;
}

export function makeGuide(folder, { shuffle = true } = {}) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  // Old build tools put files in whatever order they get them; `--sorted` is the new one.
  const ordered = shuffle ? names.toSorted(() => Math.random() - 0.5) : names.toSorted();
  return ordered.map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')));
}

if (import.meta.filename === process.argv[1]) {
  const guide = makeGuide('stops', { shuffle: !process.argv.includes('--sorted') });
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/guide.json', JSON.stringify(guide));
  writeFileSync('dist/about.json', JSON.stringify({ stops: guide.length, of: dateOfGuide().toISOString() }));
  console.log(`guide of ${guide.length} stops`);
}
