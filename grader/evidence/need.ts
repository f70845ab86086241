/** What checks ask for, beyond what every build shows: `collect-evidence.ts` fetches it. */

/** What a check asks to be collected, beside text, build and image, which are always there. */
export type EvidenceNeed =
  | { kind: 'layer-files' }
  | { kind: 'stage-files'; id: string; globs: string[]; contents?: string[] }
  /** `required`: nothing can be judged without run settings. */
  | { kind: 'run'; requests: RunRequest[]; required?: boolean }
  | { kind: 'rerun'; id: string; change: RunChange; requests: RunRequest[] }
  | { kind: 'health'; waitMs: number }
  | { kind: 'stop'; waitMs: number; finishes?: string | undefined }
  /** `unlike`: built once more where a step prints what this regex matches, as a cache mount may have been empty before. */
  | { kind: 'rebuild'; id: string; edit: string; unlike?: string }
  | { kind: 'twice'; id: string; sourceDateEpoch: number | undefined }
  | { kind: 'ssh'; id: string; proof: string; signs: string | undefined }
  | { kind: 'lock-file' }
  | { kind: 'target'; id: string; build: TargetBuild }
  | SecretNeed
  | { kind: 'starter' };

export interface SecretNeed {
  kind: 'secret';
  id: string;
  proof: SecretProof;
  /** Given to the build as this ARG too, as was usual before secret mounts. */
  buildArg?: string | undefined;
}

export interface SecretProof {
  path: string;
  /** The secret is a token of the private registry, and the file is one of this package, which nobody gets without. */
  package?: string | undefined;
}

/** A build beside the one that is graded. */
export interface TargetBuild {
  /** Undefined: what a plain build ships. */
  target: string | undefined;
  buildArgs: Record<string, string>;
  /** Texts by path in the context: laid over the app. */
  overlay: Record<string, string>;
  /** One place each in a file of the app. */
  edits: ContextEdit[];
  /** Whether its image is looked at. */
  image: boolean;
  /** `linux/arm64`; without it, this machine's. */
  platform?: string | undefined;
  /** Absolute paths of programs whose headers are read; '' is the one that the image's command starts. */
  programs?: string[] | undefined;
}

export interface ContextEdit {
  /** Relative to the context. */
  file: string;
  /** Has to stand there. */
  replace: string;
  with: string;
}

/** What is different in a rerun. */
export interface RunChange {
  readOnly?: boolean;
  /** Instead of /tmp; VOLUMEs of the image stay writable. */
  tmpfs?: string[];
}

export interface RunRequest {
  id: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** How an exercise's container is started for probing. */
export interface RunSettings {
  port: number;
  env: Record<string, string>;
  /** `host name → 'https-service'`: names of the sandbox's own HTTPS service. */
  hosts: string[];
  /** The root file system is mounted read-only with a tmpfs on /tmp. */
  readOnly: boolean;
  /** Writable folders in memory. @default ['/tmp'] */
  tmpfs?: string[];
  /** Path that is asked until it answers with any HTTP status. */
  readyPath: string;
  readyTimeoutMs: number;
}
