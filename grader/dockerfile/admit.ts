/**
 * The gate before a build: everything that is wrong with the text or not permitted, all at once.
 *
 * Absent on purpose: nothing is built or looked up over a network; what only BuildKit can know (a file that isn't
 * there) is explained after the build, in `grader/verdict`.
 */
import type { Finding } from '../contract/report.ts';
import { limits } from '../limits.ts';
import { admitImages, type KnownImages } from './admit-images.ts';
import { admitInstruction, admitSources, exposedPorts } from './admit-instructions.ts';
import { admitSyntax, admitText } from './admit-text.ts';
import { admitVariables } from './admit-variables.ts';
import { splitInstructions } from './dockerfile-lines.ts';
import type { Findings } from './findings.ts';
import type { DockerfileModel, InstructionModel } from './model.ts';
import { machinePlatform, type ParsedDockerfile, parseWithProblems } from './parse-dockerfile.ts';
import { samePlatform } from './platform.ts';

export interface AdmitRequest {
  dockerfile: string | Uint8Array;
  dockerignore?: string | Uint8Array | undefined;
}

export interface AdmitOptions extends KnownImages {
  /** The stage to ship; the last one without it. */
  target?: string;
  /** What the engine builds for. @default this machine's */
  platform?: string;
}

export interface Admission {
  /** Sorted by line. With an error among them, the text must not be built. */
  findings: Finding[];
  /** Undefined when the text could not be read at all. */
  dockerfile: DockerfileModel | undefined;
  /** What to build: as many lines as the original, without `# syntax=`. */
  text: string;
}

/** Judges a submission's text. Never throws. */
export function admit(request: AdmitRequest, options: AdmitOptions): Admission {
  const ignore =
    request.dockerignore === undefined ? [] : admitText('.dockerignore', request.dockerignore).findings.list;
  const { text, findings } = admitText('Dockerfile', request.dockerfile);
  if (text === undefined) return { findings: [...findings.list, ...ignore], dockerfile: undefined, text: '' };
  const toBuild = admitSyntax(text, findings);
  const dockerfile = admitDockerfile(toBuild, options, findings);
  return { findings: [...inOrder(findings.list), ...ignore], dockerfile, text: toBuild };
}

/** Whether the findings keep the text from being built. */
export function isRefused(findings: Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

function admitDockerfile(text: string, options: AdmitOptions, findings: Findings): DockerfileModel | undefined {
  const start = { line: 1, endLine: 1, column: 1, endColumn: 1 };
  const count = splitInstructions(text).lines.length;
  if (count > limits.admit.instructionsMax) {
    const message = `The Dockerfile has ${count} instructions; at most ${limits.admit.instructionsMax} are accepted. Join RUN lines with &&.`;
    findings.error('instruction-count', start, message);
    return undefined;
  }
  if (count === 0) {
    findings.error('empty', start, 'The Dockerfile is empty. It must begin with FROM and the name of a base image.');
    return undefined;
  }
  const parsed = parseWithProblems(text, options);
  for (const { rule, message, ...place } of parsed.problems) findings.error(rule, place, message);
  admitStages(parsed, options, findings);
  for (const instruction of parsed.model.instructions) {
    admitInstruction(instruction, findings);
    admitOnbuildEscape(instruction, parsed, findings);
  }
  admitImages(parsed.model, options, findings);
  const { escapeToken } = parsed;
  let ports = 0;
  admitVariables(parsed, findings, (instruction, variables) => {
    admitSources(instruction, { variables, escapeToken }, findings);
    const portsBefore = ports;
    ports += exposedPorts(instruction, { variables, escapeToken, unset: 'empty' });
    // Before it is triggered its variables can't be known: whatever the text sets here counts, the rest is refused.
    if (instruction.onbuild !== undefined) {
      admitSources(instruction.onbuild, { variables: new Map(), escapeToken }, findings);
      ports += exposedPorts(instruction.onbuild, { variables: new Map(), escapeToken, unset: 'base' });
    }
    const { exposedPortsMax } = limits.admit;
    if (ports > exposedPortsMax && portsBefore <= exposedPortsMax) {
      const message = `Up to this line EXPOSE names more than ${exposedPortsMax.toLocaleString('en')} ports, or so many that only the build could tell. Name the ports that the program listens on.`;
      findings.error('expose-count', instruction, message);
    }
  });
  return parsed.model;
}

function admitStages(parsed: ParsedDockerfile, options: AdmitOptions, findings: Findings): void {
  const { stages, instructions } = parsed.model;
  const first = instructions[0];
  if (stages.length === 0 && first !== undefined) {
    const message = 'The Dockerfile has no FROM. It must begin with FROM and the name of a base image.';
    findings.error('no-from', first, message);
  }
  for (const instruction of instructions) {
    if (stages.length === 0 || instruction.keyword === 'FROM') break;
    if (instruction.keyword === 'ARG') continue;
    const message = `Only ARG may stand before the first FROM; ${instruction.keyword} belongs into a stage.`;
    findings.error('no-from', instruction, message);
  }
  if (stages.length > limits.admit.stagesMax) {
    const message = `The Dockerfile has ${stages.length} stages; at most ${limits.admit.stagesMax} are accepted.`;
    findings.error(
      'stage-count',
      stages[limits.admit.stagesMax]?.instructions[0] ?? stages[0]?.instructions[0] ?? nowhere,
      message,
    );
  }
  const machine = options.platform ?? machinePlatform();
  for (const stage of stages) {
    const at = stage.instructions[0];
    if (stage.platform === undefined || at === undefined || samePlatform(stage.platform, machine)) continue;
    const message = `--platform=${stage.platform} can't be built here: the base images are for ${machine}. Remove the flag.`;
    findings.error('platform', findings.place(at, '--platform'), message);
  }
}

const nowhere = { line: 1, endLine: 1, column: 1, endColumn: 1 };

/** A trigger is read again later, always with a backslash as its escape character. */
function admitOnbuildEscape(instruction: InstructionModel, parsed: ParsedDockerfile, findings: Findings): void {
  if (instruction.onbuild === undefined || parsed.escapeToken === '\\') return;
  findings.error('syntax', instruction, 'ONBUILD can not be used together with # escape=`: remove one of them.');
}

/** Errors are never cut off by warnings. */
function inOrder(findings: Finding[]): Finding[] {
  return findings
    .toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error') || a.line - b.line)
    .slice(0, limits.admit.findingsMax)
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
