/**
 * Which values ENV and ARG have at each instruction, as far as the text tells, under a budget of bytes.
 *
 * Absent on purpose: what the base image sets is unknown here (and bounded by `baseVariableBytes`).
 */
import { byteLength } from './bytes.ts';
import type { InstructionModel } from './model.ts';
import { type Expansion, type ExpansionOptions, type ExpansionResult, expand } from './shell-words.ts';
import { trimSpace } from './spaces.ts';

export type Variables = Map<string, Expansion>;

/** BuildKit's own ARGs. Their values depend on the machine, never on the learner. */
export function platformArgs(platform: string, targetPlatform = platform): Variables {
  const variables: Variables = new Map();
  for (const side of ['BUILD', 'TARGET']) {
    const whole = side === 'BUILD' ? platform : targetPlatform;
    const [os = 'linux', architecture = '', variant = ''] = whole.split('/');
    const values = { PLATFORM: whole, OS: os, ARCH: architecture, VARIANT: variant };
    for (const [name, text] of Object.entries(values)) {
      variables.set(`${side}${name}`, { text, known: true, sizeBytes: text.length });
    }
  }
  return variables;
}

export interface Assignment {
  name: string;
  /** Undefined for `ARG NAME`. */
  value: string | undefined;
}

/** The pairs of an ENV, ARG or LABEL, variables as written; undefined when BuildKit refuses the form. */
export function assignmentsOf(instruction: InstructionModel): Assignment[] | undefined {
  const words = instruction.words ?? [];
  const first = words[0];
  if (first === undefined) return undefined;
  if (instruction.keyword !== 'ARG' && !first.includes('=')) {
    const match = /^([^\t\v\f\r ]+)[\t\v\f\r ]+([\s\S]*)$/.exec(trimSpace(instruction.text));
    return match === null ? undefined : [{ name: match[1] ?? '', value: match[2] ?? '' }];
  }
  const pairs: Assignment[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals === -1 && instruction.keyword !== 'ARG') return undefined;
    if (equals === -1) pairs.push({ name: word, value: undefined });
    else pairs.push({ name: word.slice(0, equals), value: word.slice(equals + 1) });
  }
  return pairs;
}

/** What went wrong while expanding one instruction. */
export interface ExpansionFailure {
  error: string;
  tooLarge: boolean;
}

/** Applies an ENV or ARG to `variables`; every right side sees the values from before it, as in BuildKit. */
export function assign(
  instruction: InstructionModel,
  variables: Variables,
  options: Omit<ExpansionOptions, 'variables'> & { globals?: Variables },
): { sizeBytes: number; failure: ExpansionFailure | undefined } {
  const before = new Map(variables);
  let sizeBytes = 0;
  for (const { name, value } of assignmentsOf(instruction) ?? []) {
    const key = options.globals === undefined ? literalName(name) : expand(name, { ...options, variables: before });
    if (!key.ok) return { sizeBytes, failure: key };
    if (value === undefined) {
      const inherited = options.globals?.get(key.text);
      if (inherited !== undefined) variables.set(key.text, inherited);
      else if (options.globals === undefined && !variables.has(key.text)) variables.set(key.text, empty);
      continue;
    }
    const result = expand(value, { ...options, variables: before });
    if (!result.ok) return { sizeBytes, failure: result };
    sizeBytes += result.sizeBytes + key.sizeBytes;
    variables.set(key.text, { text: result.text, known: result.known, sizeBytes: result.sizeBytes });
  }
  return { sizeBytes, failure: undefined };
}

const empty: Expansion = { text: '', known: true, sizeBytes: 0 };

function literalName(name: string): ExpansionResult {
  return { ok: true, text: name, known: true, sizeBytes: byteLength(name), words: [name] };
}
