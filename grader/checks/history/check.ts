import { z } from 'zod';
import type { ImageEvidence } from '../../evidence/evidence.ts';
import type { CheckType } from '../check.ts';
import { failed, notCollected, passed } from '../judgement.ts';
import { textMatcher, textOrRegexParam, writtenRegex } from '../params.ts';
import { list, onLine, quote } from '../show.ts';

const patterns = z.array(textOrRegexParam).min(1);

const schema = z
  .strictObject({
    /** A text that an entry contains, or `/regex/`: no entry may. */
    absent: patterns.optional(),
    /** For each there has to be an entry. */
    present: patterns.optional(),
    /** Entries that the base image brought do not count. */
    own: z.boolean().default(true),
  })
  .refine(({ absent, present }) => absent !== undefined || present !== undefined, {
    error: 'expected `absent` or `present`, found neither',
  });
type Params = z.infer<typeof schema>;
type Entry = ImageEvidence['history'][number];

export const history: CheckType<Params> = {
  type: 'history',
  schema,
  judges: 'image',
  expected({ absent, present }) {
    const shown = (all: string[]) =>
      list(
        all.map((each) => quote(each, 60)),
        6,
      );
    const parts = [
      ...(present === undefined ? [] : [`has ${shown(present)}`]),
      ...(absent === undefined ? [] : [`has nothing of ${shown(absent)}`]),
    ];
    return `The history of the image ${parts.join(' and ')}.`;
  },
  why: '`docker history` shows how an image was made to everybody who has it, with the build arguments that each command was given.',
  judge({ absent = [], present = [], own }, { image }) {
    if (image === undefined) return notCollected('an image');
    const entries = image.history.filter(({ fromBase }) => !own || !fromBase);
    const found = firstMatch(entries, absent);
    if (found !== undefined) {
      const { entry, excerpt } = found;
      const place = entry.fromBase ? 'the base image' : `the step${onLine(entry.line)}`;
      const message = `The history of the image holds ${quote(excerpt, 160)}, from ${place}: who has the image reads it with \`docker history\`. ${whereFrom(entry)}`;
      return failed({ actual: quote(excerpt, 60).slice(1, -1), message: message.trim(), line: entry.line });
    }
    const missing = present.find((pattern) => !entries.some(({ createdBy }) => textMatcher(pattern)(createdBy)));
    if (missing !== undefined) {
      const message = `No entry in the history of the image matches ${quote(missing, 80)}; it has ${entries.length === 1 ? '1 entry' : `${entries.length} entries`} from this Dockerfile.`;
      return failed({ actual: 'not in the history', message });
    }
    return passed('as expected', 'The history of the image is as expected.');
  },
};

/** The part of an entry around the match, so that a long command does not hide it. */
function firstMatch(
  entries: readonly Entry[],
  absent: readonly string[],
): { entry: Entry; excerpt: string } | undefined {
  for (const entry of entries) {
    const pattern = absent.find((each) => textMatcher(each)(entry.createdBy));
    if (pattern === undefined) continue;
    const at = placeOf(pattern, entry.createdBy);
    const from = Math.max(0, at - EXCERPT_BEFORE);
    return { entry, excerpt: entry.createdBy.slice(from, at + EXCERPT_AFTER).trim() };
  }
  return undefined;
}

const EXCERPT_BEFORE = 30;
const EXCERPT_AFTER = 100;

function placeOf(pattern: string, text: string): number {
  const regex = writtenRegex(pattern);
  return Math.max(0, regex === undefined ? text.indexOf(pattern) : text.search(regex));
}

/** BuildKit writes `RUN |1 TOKEN=… /bin/sh -c …` where build arguments were in force. */
function whereFrom({ createdBy }: Entry): string {
  if (!/^(?:RUN )?\|\d+ /.test(createdBy)) return '';
  return 'Build arguments in force at a RUN are written before its command.';
}
