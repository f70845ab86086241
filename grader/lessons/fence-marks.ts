/** What a lesson says about a Dockerfile in its text, beside the word `dockerfile`: see CONTRIBUTING.md, "Write a lesson". */
import { nearestOf } from './nearest-of.ts';

const marks = [
  'app',
  'name',
  'of',
  'instead',
  'to',
  'after',
  'before',
  'fails',
  'refusedBy',
  'passes',
  'target',
  'args',
  'dockerignore',
] as const;
export type Mark = (typeof marks)[number];
export type FenceMarks = Partial<Record<Mark, string>>;

export type ReadMarks = { marks: FenceMarks; problems: string[] };

const attribute = /([A-Za-z]+)=(?:"([^"]*)"|'([^']*)')|(\S+)/g;
const places = ['instead', 'after', 'before'] as const;

/** Reads `app="go-scratch" fails="not found"`. Problems are sentences without file and line. */
export function readMarks(meta: string): ReadMarks {
  const problems: string[] = [];
  const found: FenceMarks = {};
  for (const [, key, double, single, stray] of meta.matchAll(attribute)) {
    if (stray !== undefined) problems.push(`expected marks like app="go-scratch", found ${JSON.stringify(stray)}`);
    else if (!isMark(key))
      problems.push(`expected one of the marks ${marks.join(', ')}, found "${key}"${nearestOf(key ?? '', marks)}`);
    else if (found[key] !== undefined) problems.push(`expected the mark ${key} once, found it twice`);
    else found[key] = double ?? single ?? '';
  }
  return { marks: found, problems: [...problems, ...contradictions(found)] };
}

function isMark(key: string | undefined): key is Mark {
  return marks.some((mark) => mark === key);
}

function* contradictions(found: FenceMarks): Generator<string> {
  for (const [key, value] of Object.entries(found)) {
    if (value.trim() === '') yield `expected a value for the mark ${key}, found an empty one`;
  }
  const placed = places.filter((place) => found[place] !== undefined);
  if (placed.length > 1) yield `expected one place for the fragment, found ${placed.join(' and ')}`;
  if (found.of === undefined && placed.length > 0) {
    yield `expected of="…" beside ${placed[0]}: what is the whole that this fragment belongs to?`;
  }
  if (found.to !== undefined && found.instead === undefined) yield 'expected instead="…" beside to="…", found none';
  const outcomes = (['fails', 'refusedBy', 'passes'] as const).filter((mark) => found[mark] !== undefined);
  if (outcomes.length > 1) {
    yield `expected fails="…" (it does not build), refusedBy="…" (it builds, and a check refuses it) or passes="…" (that check passes it), found ${outcomes.join(' and ')}`;
  }
}

/** `A=1 B=2`. Undefined when it is something else. */
export function readBuildArgs(text: string): Record<string, string> | undefined {
  const pairs = text
    .trim()
    .split(/\s+/)
    .map((pair) => /^([A-Za-z_]\w*)=(.*)$/.exec(pair));
  const read = pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? '', pair[2] ?? ''] as const]));
  return read.length === pairs.length ? Object.fromEntries(read) : undefined;
}
