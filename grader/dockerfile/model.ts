/**
 * A Dockerfile as the grader sees it: stages, their instructions, and where each stands. Made by `parse-dockerfile.ts`;
 * only text is looked at, nothing is built.
 */
export interface DockerfileModel {
  stages: StageModel[];
  /** ARGs before the first FROM. */
  globalArgs: { name: string; value: string | undefined; line: number }[];
  /** Every instruction in order, also those before the first FROM. */
  instructions: InstructionModel[];
}

export interface StageModel {
  index: number;
  /** The `AS` name in lower case, as BuildKit compares it. */
  name: string | undefined;
  /** What BuildKit calls it in vertex names: the name, `stage-<index>`, or '' in a file of one unnamed stage. */
  vertexPrefix: string;
  line: number;
  /** What stands after FROM with global ARGs expanded, e.g. `node:20-slim` or `builder`. */
  base: string;
  /** The stage it continues, when `base` is one. */
  baseStage: number | undefined;
  /** The catalogue name at the bottom of its chain of stages, or `scratch`. */
  rootBase: string;
  platform: string | undefined;
  /** The stage that a plain build (or the target) ships. */
  final: boolean;
  /** Whether the final stage needs it, by FROM, COPY --from or RUN --mount=from. */
  reachable: boolean;
  instructions: InstructionModel[];
}

export interface InstructionModel {
  /** Upper case: `RUN`, `COPY`. */
  keyword: string;
  line: number;
  endLine: number;
  column: number;
  endColumn: number;
  /** Everything after the keyword, continuation lines joined, comments removed, variables as written. */
  text: string;
  flags: { name: string; value: string | undefined }[];
  /** RUN, CMD, ENTRYPOINT, SHELL: JSON array or a command line. */
  form: 'exec' | 'shell' | undefined;
  /** The array of the exec form. */
  argv: string[] | undefined;
  /** COPY and ADD. */
  copy:
    | {
        from: string | undefined;
        fromStage: number | undefined;
        sources: string[];
        destination: string;
        heredoc: boolean;
      }
    | undefined;
  /** RUN --mount=…, one each. */
  mounts: Record<string, string>[];
  /** What the arguments are split into, flags left out, variables as written. */
  words?: string[];
  /** Bodies of here-documents, in order. */
  heredocs?: string[];
  /** Comments on the lines directly above it, without their `#`. */
  comments?: { text: string; line: number }[];
  /** The instruction that ONBUILD holds back for the stages that continue this one. */
  onbuild?: InstructionModel;
  stage: number | undefined;
  /** Its number in BuildKit's vertex name (`[builder 3/6]` → 3), for instructions that make a vertex. */
  vertexNumber: number | undefined;
}
