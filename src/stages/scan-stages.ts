/**
 * Which lines of a Dockerfile belong to which stage: enough to give each stage its colour while the text is being
 * typed. Absent on purpose: whether the text is right. The grader parses; this only colours.
 */
export interface ScannedStage {
  /** As BuildKit names it in its log: the `AS` name, or `stage-<index>`. */
  name: string;
  base: string;
  /** 1-based. */
  line: number;
}

export interface ScannedStages {
  stages: ScannedStage[];
  /** Per line (from 0) the index of its stage, -1 above the first FROM. */
  stageOfLine: number[];
}

const fromInstruction = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i;
const heredocStart = /<<-?\s*(["']?)([A-Za-z_]\w*)\1/g;

export const stageHues = 8;

export function scanStages(text: string): ScannedStages {
  const stages: ScannedStage[] = [];
  const stageOfLine: number[] = [];
  const position: Position = { continued: false, heredocs: [] };
  for (const [index, line] of text.split('\n').entries()) {
    const from = startsInstruction(line, position) ? fromInstruction.exec(line) : null;
    if (from?.[1]) {
      stages.push({ name: (from[2] ?? `stage-${stages.length}`).toLowerCase(), base: from[1], line: index + 1 });
    }
    goPast(line, position);
    stageOfLine.push(stages.length - 1);
  }
  return { stages, stageOfLine };
}

/** Whether a line may begin an instruction, or belongs to what is above it. */
interface Position {
  continued: boolean;
  /** Ends of the here-documents that are open, in order. */
  heredocs: string[];
}

const isComment = (line: string) => /^\s*#/.test(line);

const startsInstruction = (line: string, { continued, heredocs }: Position) =>
  !continued && heredocs.length === 0 && !isComment(line);

function goPast(line: string, position: Position): void {
  if (position.heredocs.length > 0) {
    if (line.trim() === position.heredocs[0]) position.heredocs.shift();
    return;
  }
  // An empty line or a comment inside a continued instruction does not end it.
  if (isComment(line) || line.trim() === '') return;
  if (position.continued || /^\s*(RUN|COPY|ADD)\s/i.test(line)) {
    for (const match of line.matchAll(heredocStart)) if (match[2]) position.heredocs.push(match[2]);
  }
  position.continued = /\\\s*$/.test(line);
}

/** The hue of a stage named in a log or a report; undefined for what belongs to no stage. */
export function hueOfStage(name: string | undefined, stages: readonly { name: string }[]): number | undefined {
  if (name === undefined) return undefined;
  const wanted = name.toLowerCase();
  let index = stages.findIndex((stage) => stage.name === wanted);
  if (index < 0) {
    const numbered = /^(?:stage-)?(\d+)$/.exec(wanted);
    if (numbered) index = Number(numbered[1]);
  }
  return index < 0 ? undefined : index % stageHues;
}
