/** One instruction at a time: does it exist, are its flags BuildKit's, and may a learner's build do it. */

import { limits } from '../limits.ts';
import { type Findings, listed, quoted } from './findings.ts';
import type { InstructionModel } from './model.ts';
import { nearest } from './nearest.ts';
import { expand } from './shell-words.ts';
import { assignmentsOf, type Variables } from './stage-variables.ts';

const flagsOf: Record<string, string[]> = {
  ADD: ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum', 'exclude', 'unpack'],
  ARG: [],
  CMD: [],
  COPY: ['from', 'chown', 'chmod', 'link', 'parents', 'exclude'],
  ENTRYPOINT: [],
  ENV: [],
  EXPOSE: [],
  FROM: ['platform'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
  LABEL: [],
  MAINTAINER: [],
  ONBUILD: [],
  RUN: ['mount', 'network', 'security', 'device'],
  SHELL: [],
  STOPSIGNAL: [],
  USER: [],
  VOLUME: [],
  WORKDIR: [],
};

/** Judges everything that needs no other instruction to be judged. */
export function admitInstruction(instruction: InstructionModel, findings: Findings): void {
  const known = flagsOf[instruction.keyword];
  if (known === undefined) {
    unknownInstruction(instruction, findings);
    return;
  }
  for (const flag of instruction.flags) {
    if (!known.includes(flag.name)) unknownFlag({ instruction, flag: flag.name, known }, findings);
  }
  if (instruction.keyword === 'RUN') admitRun(instruction, findings);
  if (instruction.keyword === 'FROM') admitFromForm(instruction, findings);
  if (instruction.copy !== undefined && (instruction.words?.length ?? 0) < 2) {
    const message = `${instruction.keyword} needs at least one source and a destination, as in ${instruction.keyword} package.json ./`;
    findings.error('syntax', instruction, message);
  }
  if (['ENV', 'LABEL', 'ARG'].includes(instruction.keyword) && assignmentsOf(instruction) === undefined) {
    const message = `${instruction.keyword} needs pairs of name and value, as in ${instruction.keyword} NODE_ENV=production`;
    findings.error('syntax', instruction, message);
  }
  warnOfCommonMistakes(instruction, findings);
  if (instruction.onbuild !== undefined) admitTrigger(instruction.onbuild, findings);
}

function unknownInstruction(instruction: InstructionModel, findings: Findings): void {
  const meant = nearest(instruction.keyword, Object.keys(flagsOf));
  const hint =
    meant === undefined ? 'If it continues the line above, end that line with a backslash.' : `Did you mean ${meant}?`;
  findings.error(
    'unknown-instruction',
    findings.place(instruction, instruction.text === '' ? undefined : instruction.keyword),
    `${quoted(instruction.keyword)} is not an instruction of a Dockerfile. ${hint}`,
  );
}

function unknownFlag(at: { instruction: InstructionModel; flag: string; known: string[] }, findings: Findings): void {
  const { instruction, flag, known } = at;
  const meant = nearest(flag, known);
  const has = known.length === 0 ? 'it has none' : `it has ${listed(known.map((name) => `--${name}`))}`;
  const hint = meant === undefined ? '' : ` Did you mean --${meant}?`;
  const message =
    instruction.keyword === 'ADD' && flag === 'from'
      ? 'ADD can not take files from another stage; COPY --from= can.'
      : `${instruction.keyword} has no flag --${quoted(flag)}; ${has}.${hint}`;
  findings.error('unknown-flag', findings.place(instruction, `--${flag}`), message);
}

function admitRun(instruction: InstructionModel, findings: Findings): void {
  for (const { name, value } of instruction.flags) {
    const place = findings.place(instruction, `--${name}`);
    if (name === 'network' && value !== 'default' && value !== 'none') {
      const message = `RUN --network=${quoted(value ?? '')} is not permitted: a build here reaches the package mirror only. Remove the flag, or use --network=none.`;
      findings.error('run-network', place, message);
    }
    if (name === 'security' || name === 'device') {
      findings.error(
        `run-${name}`,
        place,
        `RUN --${name} is not permitted: builds here run without extra rights. Remove the flag.`,
      );
    }
  }
  for (const mount of instruction.mounts) {
    if (mount.type?.toLowerCase() !== 'ssh') continue;
    findings.warning('run-ssh', instruction, 'There is no SSH agent here, so RUN --mount=type=ssh mounts nothing.');
  }
}

function admitFromForm(instruction: InstructionModel, findings: Findings): void {
  const words = instruction.words ?? [];
  const comment = words.find((word) => word.startsWith('#'));
  const [, as, name] = words;
  if (comment !== undefined) {
    const message =
      'A comment must stand on a line of its own; after FROM it is read as further arguments. Move it to the line above.';
    findings.error('inline-comment', findings.place(instruction, comment), message);
  } else if (words.length === 3 && as?.toLowerCase() === 'as') {
    const { stageNameCharactersMax } = limits.admit;
    if (/^[a-z][a-z0-9\-_.]*$/i.test(name ?? '') && (name ?? '').length <= stageNameCharactersMax) return;
    const message = `${quoted(name ?? '')} can't be the name of a stage: it must begin with a letter and hold only letters, digits, -, _ and dots, at most ${stageNameCharactersMax} of them.`;
    findings.error('stage-name', findings.place(instruction, name), message);
  } else if (words.length !== 1) {
    const message = `FROM needs an image, or an image, AS and a name, as in FROM node:20 AS builder; here stand ${words.length} words.`;
    findings.error('syntax', instruction, message);
  }
}

function warnOfCommonMistakes(instruction: InstructionModel, findings: Findings): void {
  const { keyword, form, words = [] } = instruction;
  if (['COPY', 'ADD', 'WORKDIR', 'USER', 'EXPOSE', 'ENV', 'ARG'].includes(keyword)) {
    const comment = words.find((word) => word.startsWith('#'));
    if (comment !== undefined) {
      const message = `A comment must stand on a line of its own; ${quoted(comment)} is read as an argument of ${keyword} here.`;
      findings.warning('inline-comment', findings.place(instruction, comment), message);
    }
  }
  if (form === 'shell' && /^\s*\[.*\]\s*$/s.test(instruction.text) && words.length > 0) {
    if (keyword === 'RUN' && /^\[\s/.test(instruction.text)) return;
    const message = `This looks like a JSON array but is none, so Docker runs it as a shell command. Use double quotes and commas: ${keyword} ["node", "app.js"].`;
    findings.warning('json-form', instruction, message);
  }
}

/** What ONBUILD holds back runs in every stage that continues this one, so the same rules hold for it. */
function admitTrigger(trigger: InstructionModel, findings: Findings): void {
  if (['FROM', 'ONBUILD', 'MAINTAINER'].includes(trigger.keyword)) {
    findings.error('syntax', trigger, `ONBUILD can not hold back ${trigger.keyword}.`);
    return;
  }
  admitInstruction(trigger, findings);
}

/** PATH_MAX of Linux. */
const pathLengthMax = 4096;

/** ADD downloads; the policy sees what BuildKit would see after filling in variables and taking quotes off. */
export function admitSources(
  instruction: InstructionModel,
  at: { variables: Variables; escapeToken: string },
  findings: Findings,
): void {
  if (instruction.copy === undefined) return;
  for (const source of instruction.copy.sources) {
    const result = expand(source, { ...at, unset: 'base', sizeBytesMax: 64 * 1024 });
    const place = findings.place(instruction, source);
    if (result.ok && result.text.length > pathLengthMax) {
      findings.error('syntax', place, `${quoted(source)} is longer than a path can be, ${pathLengthMax} characters.`);
    } else if (!result.ok) {
      if (!result.tooLarge) findings.error('syntax', place, `${quoted(source)} can't be read: ${result.error}.`);
    } else if (!result.known && instruction.keyword === 'ADD') {
      const message = `What ADD ${quoted(source)} means depends on a variable of the base image. Write the path out, or use COPY.`;
      findings.error('remote-add', place, message);
    } else if (result.known && isRemote(result.text)) {
      const message = `${instruction.keyword} ${quoted(source)} would download something, which is not possible here. Copy a file of the exercise, or install a package in a RUN.`;
      findings.error('remote-add', place, message);
    }
  }
}

/**
 * How many ports an EXPOSE names, with its ranges. What only the build could tell counts as more than any limit.
 *
 * @param at.unset what brings variables that the text does not set: `empty` trusts the base image's; of a held-back
 * instruction, which the text may still set them for, `base` makes them unknown
 */
export function exposedPorts(
  instruction: InstructionModel,
  at: { variables: Variables; escapeToken: string; unset: 'empty' | 'base' },
): number {
  let ports = 0;
  for (const word of instruction.keyword === 'EXPOSE' ? (instruction.words ?? []) : []) {
    const result = expand(word, { ...at, sizeBytesMax: 64 * 1024 });
    // A word that can't be read is refused elsewhere.
    if (!result.ok) continue;
    if (!result.known) return Number.POSITIVE_INFINITY;
    for (const port of result.words) {
      const [, first = '0', last = first] = /^(?:[^/]*:)?(\d+)(?:-(\d+))?(?:\/|$)/.exec(port) ?? [];
      ports += Math.max(1, Number(last) - Number(first) + 1);
    }
  }
  return ports;
}

/** Anything BuildKit might fetch: URLs, `user@host:path`, and paths ending in .git (`host/x.git` is https). */
function isRemote(source: string): boolean {
  const plain = source.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (/^[a-z0-9+.-]+:\/\//i.test(plain) || /^[^/\s]+@[^/\s]+:/.test(plain)) return true;
  return !/^\.{1,2}\//.test(plain) && /\.git(?:[?#:]|$)/i.test(plain) && plain !== '.git';
}
