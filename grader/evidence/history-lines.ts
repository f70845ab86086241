/**
 * Which line of the Dockerfile made which history entry: the final stage's chain of instructions, laid beside the
 * entries that the base image did not bring.
 */
import type { DockerfileModel, InstructionModel, StageModel } from '../dockerfile/model.ts';
import { keywordOf } from './match-history.ts';

/** An instruction that leaves one history entry in the final image. */
export interface ExpectedEntry {
  keyword: string;
  text: string;
  /** Undefined for what the base image's ONBUILD triggers add. */
  line: number | undefined;
}

/** The stages that the image consists of, from the one that names a base image to the shipped one. */
export function finalChain(dockerfile: DockerfileModel): StageModel[] {
  const chain: StageModel[] = [];
  let stage = dockerfile.stages.find(({ final }) => final);
  while (stage !== undefined && !chain.includes(stage)) {
    chain.unshift(stage);
    const { baseStage } = stage;
    stage = baseStage === undefined ? undefined : dockerfile.stages[baseStage];
  }
  return chain;
}

/**
 * @param baseTriggers how many ONBUILD instructions the base image carries; they run right after its FROM.
 */
export function expectedEntries(chain: readonly StageModel[], baseTriggers: readonly string[] = []): ExpectedEntry[] {
  const entries: ExpectedEntry[] = baseTriggers.map((trigger) => triggered(trigger, chain[0]?.line));
  chain.forEach((stage, index) => {
    for (const instruction of chain[index - 1]?.instructions ?? []) {
      if (instruction.onbuild !== undefined) entries.push(asEntry(instruction.onbuild));
    }
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== 'FROM') entries.push(asEntry(instruction));
    }
  });
  return entries;
}

function asEntry({ keyword, text, line }: InstructionModel): ExpectedEntry {
  return { keyword, text, line };
}

function triggered(trigger: string, line: number | undefined): ExpectedEntry {
  const [, keyword = '', text = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(trigger) ?? [];
  return { keyword: keyword.toUpperCase(), text, line };
}

/**
 * The longest common subsequence of both lists, by instruction and then by text: when both fit, it is one to one; when
 * BuildKit left something out or added something, the rest still has its right line.
 * @param created `createdBy` of the learner's own entries, oldest first
 * @returns a line for each entry, undefined where none fits.
 */
export function linesFor(created: readonly string[], expected: readonly ExpectedEntry[]): (number | undefined)[] {
  const width = expected.length + 1;
  const best = new Int32Array((created.length + 1) * width);
  const at = (i: number, j: number) => best[i * width + j] ?? 0;
  const score = (i: number, j: number) => likeness(created[i], expected[j]);
  for (let i = created.length - 1; i >= 0; i--) {
    for (let j = expected.length - 1; j >= 0; j--) {
      const value = score(i, j);
      const together = value > 0 ? value + at(i + 1, j + 1) : 0;
      best[i * width + j] = Math.max(together, at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: (number | undefined)[] = new Array(created.length).fill(undefined);
  let i = 0;
  let j = 0;
  while (i < created.length && j < expected.length) {
    const value = score(i, j);
    if (value > 0 && value + at(i + 1, j + 1) === at(i, j)) lines[i++] = expected[j++]?.line;
    else if (at(i + 1, j) === at(i, j)) i++;
    else j++;
  }
  return lines;
}

/** 0: not the same instruction; higher when the words agree too. */
function likeness(createdBy: string | undefined, expected: ExpectedEntry | undefined): number {
  if (createdBy === undefined || expected === undefined) return 0;
  if (keywordOf(createdBy) !== expected.keyword) return 0;
  const words = wordsOf(expected.text).slice(0, 12);
  const found = new Set(wordsOf(createdBy));
  const shared = words.filter((word) => found.has(word)).length;
  return 100 + Math.round((20 * shared) / Math.max(1, words.length));
}

function wordsOf(text: string): string[] {
  return text.slice(0, 2000).match(/[\w./-]+/g) ?? [];
}
