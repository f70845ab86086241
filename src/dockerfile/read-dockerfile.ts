/**
 * A Dockerfile as the browser sees it while it is being typed: the grader's own reader, so that what is drawn and marked
 * is what will be built.
 *
 */
import type { DockerfileModel } from '../../grader/dockerfile/model.ts';
import { parseDockerfile } from '../../grader/dockerfile/parse-dockerfile.ts';
import { limits } from '../../grader/limits.ts';

export type { DockerfileModel, InstructionModel, StageModel } from '../../grader/dockerfile/model.ts';

/**
 * Stages, instructions and what the last stage (or `target`) needs. Never throws: what can't be read is left out, and a
 * text without a FROM has no stages. A text longer than the grader takes is not read at all.
 */
export function readDockerfile(text: string, target?: string): DockerfileModel {
  if (text.length > limits.admit.dockerfileBytes) return { stages: [], globalArgs: [], instructions: [] };
  return parseDockerfile(text, { target });
}
