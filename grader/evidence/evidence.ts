/**
 * What a build and a run left behind. Everything a check may judge is here, as plain data: checks never do I/O.
 */

import type { BuildError, Finding, VertexReport } from '../contract/report.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { LayerEntry, LayerMatch, ProbeResponse } from '../engine/engine.ts';

export interface Evidence {
  /** Undefined when the text could not be parsed at all. */
  dockerfile: DockerfileModel | undefined;
  build: BuildEvidence;
  /** Undefined when nothing was built. */
  image: ImageEvidence | undefined;
  /** By the id of the need. */
  stageFiles: Record<string, StageFilesEvidence>;
  run: RunEvidence | undefined;
  /** Runs of their own with other settings, by the id of the need. */
  reruns?: Record<string, RunEvidence>;
  /** By the id of the need. */
  rebuilds: Record<string, RebuildEvidence>;
  /** By the id of the secret. */
  secrets: Record<string, SecretEvidence>;
  /** Further builds of the same text, by the id of the need. */
  targets?: Record<string, TargetEvidence>;
  /** What the build did with its SSH agent, by the id of the need. */
  ssh?: Record<string, SshEvidence>;
  /** Two builds of the same sources, by the id of the need. */
  twice?: Record<string, TwiceEvidence>;
  /** The app's lock file, where a check asked for it. */
  lockFile?: LockFileEvidence | undefined;
  /** The exercise's starter as text, to see what a learner left as it was. Undefined where there is no exercise. */
  starterText?: DockerfileModel;
  /** The exercise's starter, measured on the catalogue in use. */
  starter: { sizeBytes: number } | undefined;
}

export interface BuildEvidence {
  ok: boolean;
  durationMs: number;
  contextBytes: number | undefined;
  error: BuildError | undefined;
  findings: Finding[];
  vertexes: VertexReport[];
}

/** Field names follow the OCI image config. */
export interface ImageEvidence {
  id: string;
  sizeBytes: number;
  compressedBytes: number;
  architecture: string;
  os: string;
  /** Of the processor, `v7`. */
  variant?: string | undefined;
  config: {
    user: string;
    env: Record<string, string>;
    entrypoint: string[];
    cmd: string[];
    workingDir: string;
    exposedPorts: string[];
    labels: Record<string, string>;
    volumes: string[];
    stopSignal: string | undefined;
    healthcheck: string[] | undefined;
    /** The SHELL in force, which shell-form commands run in. */
    shell: string[] | undefined;
  };
  history: { createdBy: string; emptyLayer: boolean; comment: string; line: number | undefined; fromBase: boolean }[];
  /** From the bottom up. */
  layers: {
    diffId: string;
    sizeBytes: number;
    createdBy: string;
    line: number | undefined;
    fromBase: boolean;
    entries: LayerEntry[];
    truncated: boolean;
    /** As in `LayerIndex`. */
    withheld?: true | undefined;
  }[];
  /** The final file system: layers merged, whiteouts applied, by absolute path; `layer` is the index of its layer. */
  files: Map<string, LayerEntry & { layer: number }>;
}

export interface StageFilesEvidence {
  ok: boolean;
  /** Why it could not be read. */
  message?: string;
  /** Matching paths by stage (vertexPrefix). */
  found: Record<string, string[]>;
  /** Contents of files that were asked for by path, by stage. */
  contents: Record<string, Record<string, string>>;
}

export interface RunEvidence {
  /** The container could be created and started. */
  started: boolean;
  /** The engine's words when it could not, e.g. `exec: "node": executable file not found in $PATH`. */
  startError: string | undefined;
  /** Set when it ended before we stopped it. */
  exitCode: number | undefined;
  oomKilled: boolean;
  log: string;
  /** The port answered within the time. */
  ready: boolean;
  readyMs: number | undefined;
  /** By the id of the request; `undefined` when the container was never ready. */
  probes: Record<string, ProbeResponse | undefined>;
  /** Where it could be read. */
  process: ProcessOne | undefined;
  /** Where a check asked for it, the image has a HEALTHCHECK, and the container was ready and still there. */
  health?: HealthEvidence | undefined;
  /** Where a check asked for it and the container was ready and still there. */
  stop?: StopEvidence | undefined;
}

/** What the container runs, as the kernel shows it after it answered. */
export interface ProcessOne {
  /** A program may change it: npm calls itself `npm start`. */
  argv: string[];
  uid: number;
  /** The file that runs, which no program can change; undefined where it could not be read. */
  exe?: string | undefined;
  /** Processes that process 1 started, the first few. */
  children?: { argv: string[]; exe?: string | undefined }[];
}

/** The image's HEALTHCHECK, run in the container as dockerd would, and again until it succeeds. */
export interface HealthEvidence {
  /** What is started: for the shell form the shell with the line. */
  argv: string[];
  waitedMs: number;
  /** Until the first success; undefined when there was none. */
  healthyAfterMs: number | undefined;
  /** The success, or the last failure. */
  attempt: HealthAttempt;
  /** Once more while process 1 could not answer; undefined where it has children, which go on, or was never healthy. */
  whileFrozen?: HealthAttempt | undefined;
}

export interface HealthAttempt {
  /** Undefined when it was still running after its time. */
  exitCode: number | undefined;
  /** The end of what it wrote, or the engine's words why it could not be started. */
  output: string;
  /** Whether its program could be started at all. */
  started: boolean;
}

/** What came of the stop signal, sent as `docker stop` does, but without the SIGKILL afterwards. */
export interface StopEvidence {
  /** STOPSIGNAL of the image, else SIGTERM. */
  signal: string;
  /** How long it was waited for. */
  waitedMs: number;
  /** From the signal on; undefined when the container was still there. */
  endedAfterMs: number | undefined;
  /** Undefined when the container was still there. */
  exitCode: number | undefined;
  /** The request that was being answered when the signal came, where a check asked for one. */
  inFlight?: { beforeSignal: boolean; response: ProbeResponse } | undefined;
}

export interface RebuildEvidence {
  ok: boolean;
  message?: string;
  /** The file of the context that was edited. */
  edited: string;
  vertexes: VertexReport[];
  durationMs?: number | undefined;
  /** What the steps printed, up to a bound. */
  printed?: PrintedLine[];
}

export interface PrintedLine {
  /** Name of the vertex. */
  vertex: string;
  text: string;
}

/** Another build of the same Dockerfile: of another target, with other arguments, or of a changed app. */
export interface TargetEvidence {
  ok: boolean;
  /** It did not come to its end, so whether it would have failed is not known. */
  stoppedBy?: 'timeout' | 'log_limit' | undefined;
  /** BuildKit's last words when it failed. */
  message?: string | undefined;
  /** The step that failed, where one did, and the end of its log. */
  failed?: VertexReport | undefined;
  logTail: string[];
  vertexes: VertexReport[];
  /** Collected only when it was asked for and built. */
  image?: ImageEvidence | undefined;
  /** By what was asked for: a path, or '' for the program that the image's command starts. */
  programs?: Record<string, ProgramEvidence>;
  /** Base images that it needs for another platform than this machine's: there are none, so it was not even tried. */
  unavailable?: { machine: string; uses: { image: string; line: number }[] };
}

/** What a proof file says about the SSH agent that the build was given. */
export interface SshEvidence {
  /** Any stage has the file, and it holds the agent's public key. */
  listed: boolean;
  /** It holds a signature of the asked message by the agent's key. */
  signed: boolean;
  /** What the file holds instead, cut short; undefined when no stage has it. */
  found: string | undefined;
  /** Private keys of OpenSSH in the layers that the Dockerfile made. */
  privateKeys: LayerMatch[];
  /** Why the stages could not be searched for it. */
  message?: string | undefined;
}

/** What two builds of the same sources have in common. */
export interface TwiceEvidence {
  ok: boolean;
  /** Why one of them failed. */
  message?: string | undefined;
  sameImage: boolean;
  /** All diff ids are equal. */
  sameLayers: boolean;
  differences: { path: string; line: number | undefined; what: 'only-one' | 'content' | 'mode' | 'time' }[];
  /** Files of layers that differ which were not opened, because there are too many. */
  notCompared: number;
}

/** Names of packages of Node.js. */
export interface LockFileEvidence {
  /** Only for development. */
  development: string[];
  production: string[];
}

export interface ProgramEvidence {
  /** Undefined when there is no such program. */
  path: string | undefined;
  /** Undefined when it is no Linux program, but a script for example. */
  elf: ElfHeader | undefined;
}

export interface ElfHeader {
  /** As platforms have it, `arm64`, or `machine 8` for one that has no such name here. */
  machine: string;
  /** It names libraries that are loaded when it starts. */
  dynamic: boolean;
  /** The loader that has to be there, `/lib64/ld-linux-x86-64.so.2`. */
  interpreter?: string | undefined;
}

export interface SecretEvidence {
  id: string;
  /** Where the canary was found. */
  layers: LayerMatch[];
  inHistory: string[];
  inConfig: string[];
  inEnv: string[];
  /** Cache mounts that hold it, as their ids. */
  inCaches: string[];
  /** Stages that were given it as a build argument, and the line of the ARG. */
  inArgs: { stage: string; line: number }[];
  /** Whether the secret really was readable during the build: the proof file held the canary's SHA-256. */
  readable: boolean;
  /** What the proof file held instead, cut short. */
  proofFound: string | undefined;
  /** Why the stages could not be searched for the proof file. */
  proofMessage?: string | undefined;
}
