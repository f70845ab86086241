/** One step of a pattern: some path characters, or one. */
type Step =
  | { kind: 'folders' }
  | { kind: 'anything' }
  | { kind: 'within folder' }
  | { kind: 'one'; fits: (character: string) => boolean };

/**
 * Whether a pattern of a .dockerignore or of a COPY fits a path, by the rules of Docker's matcher (moby/patternmatcher):
 * `*` and `?` stop at `/`, `**` does not, `[a-z]` is one of these, `\` takes the next character's meaning away. A pattern
 * that Docker refuses (an open bracket) fits nothing.
 *
 * The time is the pattern's length times the path's: what a learner wrote never becomes a RegExp, whose time may double
 * with every star.
 */
export function fitsPattern(pattern: string, path: string): boolean {
  const steps = stepsOf(pattern);
  if (steps === undefined) return false;
  // Up to where of the path the steps so far may have come.
  let reached = new Uint8Array(path.length + 1);
  reached[0] = 1;
  for (const step of steps) reached = take(step, path, reached);
  return reached[path.length] === 1;
}

function take(step: Step, path: string, reached: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reached.length);
  let open = 0;
  for (let at = 0; at < reached.length; at += 1) {
    const before = path[at - 1] ?? '';
    const here = reached[at] ?? 0;
    if (step.kind === 'one') next[at] = at > 0 && reached[at - 1] === 1 && step.fits(before) ? 1 : 0;
    else if (step.kind === 'folders') {
      next[at] = here | (before === '/' ? open : 0);
      open |= here;
    } else {
      if (step.kind === 'within folder' && before === '/') open = 0;
      open |= here;
      next[at] = open;
    }
  }
  return next;
}

function stepsOf(pattern: string): Step[] | undefined {
  const steps: Step[] = [];
  for (let at = 0; at < pattern.length; ) {
    const [text = ''] = /\*\*+\/?|\*|\[\^?(?:\\.|[^\]\\])+\]|\\.|./sy.exec(pattern.slice(at, at + longestStep)) ?? [];
    if (text === '[' || text === '\\') return undefined;
    steps.push(stepOf(text));
    at += text.length;
  }
  return steps;
}

/** Of a class: nobody needs a longer one, and what is looked at again for each step has to be bounded. */
const longestStep = 100;

function stepOf(text: string): Step {
  if (text.startsWith('**')) return { kind: text.endsWith('/') ? 'folders' : 'anything' };
  if (text === '*') return { kind: 'within folder' };
  if (text === '?') return { kind: 'one', fits: (character) => character !== '/' };
  if (text.startsWith('[')) return { kind: 'one', fits: classOf(text.slice(1, -1)) };
  const literal = text.at(-1);
  return { kind: 'one', fits: (character) => character === literal };
}

/** What stands between the brackets: `a-z_`, `^0-9`. */
function classOf(text: string): (character: string) => boolean {
  const isNegated = text.startsWith('^');
  const ranges = [...text.slice(isNegated ? 1 : 0).matchAll(/\\?(.)(?:-\\?(.))?/gs)].map(
    ([, first = '', last = first]) => [first, last] as const,
  );
  return (character) => ranges.some(([first, last]) => first <= character && character <= last) !== isNegated;
}
