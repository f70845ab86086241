/** What the checks of an exercise ask for, put together: one run, one look into the stages, one rebuild per edit. */
import { isDeepStrictEqual } from 'node:util';
import { StagecraftError } from '../errors.ts';
import type { EvidenceNeed, RunRequest, SecretNeed, TargetBuild } from './need.ts';

export interface StopRequest {
  /** How long the container may take after the signal. */
  waitMs: number;
  /** A path that is asked right before the signal. */
  finishes: string | undefined;
}

export interface MergedNeeds {
  /** Globs and paths of small files by the id of the need. */
  stageFiles: Map<string, { globs: string[]; contents: string[] }>;
  /** Undefined when no check needs the container. */
  requests: RunRequest[] | undefined;
  /** By the id of the need. */
  reruns: Map<string, Extract<EvidenceNeed, { kind: 'rerun' }>>;
  /** How long the image's health check may take to succeed; undefined: it is not run. */
  healthWaitMs: number | undefined;
  /** How the run ends; undefined: the container is killed. */
  stop: StopRequest | undefined;
  /** Ids of the needs by the file that is edited. */
  rebuilds: Map<string, string[]>;
  /** Regexes by the file that is edited: built once more where a step prints such a line. */
  unlike: Map<string, string[]>;
  /** Ids of the needs by the build, which is compared by value. */
  targets: Map<string, { build: TargetBuild; ids: string[] }>;
  /** By the id of the secret. */
  secrets: Map<string, SecretNeed>;
  starter: boolean;
  lockFile: boolean;
  /** By the id of the need. */
  ssh: Map<string, { proof: string; signs: string | undefined }>;
  /** Ids of the needs by SOURCE_DATE_EPOCH. */
  twice: Map<number | undefined, string[]>;
}

/** @throws StagecraftError `bad_input` when two checks contradict each other, which is the exercise's fault. */
export function mergeNeeds(needs: readonly EvidenceNeed[]): MergedNeeds {
  const merged: MergedNeeds = {
    stageFiles: new Map(),
    requests: undefined,
    reruns: new Map(),
    healthWaitMs: undefined,
    stop: undefined,
    rebuilds: new Map(),
    unlike: new Map(),
    targets: new Map(),
    secrets: new Map(),
    starter: false,
    lockFile: false,
    ssh: new Map(),
    twice: new Map(),
  };
  for (const need of needs) add(need, merged);
  return merged;
}

function add(need: EvidenceNeed, merged: MergedNeeds): void {
  switch (need.kind) {
    case 'layer-files':
      return;
    case 'starter':
      merged.starter = true;
      return;
    case 'twice': {
      const ids = merged.twice.get(need.sourceDateEpoch) ?? [];
      merged.twice.set(need.sourceDateEpoch, [...new Set([...ids, need.id])]);
      return;
    }
    case 'ssh':
      merged.ssh.set(need.id, { proof: need.proof, signs: need.signs });
      return;
    case 'lock-file':
      merged.lockFile = true;
      return;
    case 'run':
      merged.requests = addRequests(merged.requests ?? [], need.requests);
      return;
    case 'rerun':
      merged.reruns.set(need.id, need);
      return;
    case 'health':
      merged.requests ??= [];
      merged.healthWaitMs = Math.max(merged.healthWaitMs ?? 0, need.waitMs);
      return;
    case 'stop':
      merged.requests ??= [];
      merged.stop = addStop(merged.stop, need);
      return;
    case 'rebuild':
      merged.rebuilds.set(need.edit, [...new Set([...(merged.rebuilds.get(need.edit) ?? []), need.id])]);
      if (need.unlike !== undefined)
        merged.unlike.set(need.edit, [...(merged.unlike.get(need.edit) ?? []), need.unlike]);
      return;
    case 'target': {
      const key = JSON.stringify(need.build);
      const ids = merged.targets.get(key)?.ids ?? [];
      merged.targets.set(key, { build: need.build, ids: [...new Set([...ids, need.id])] });
      return;
    }
    case 'stage-files': {
      const { globs, contents } = merged.stageFiles.get(need.id) ?? { globs: [], contents: [] };
      merged.stageFiles.set(need.id, {
        globs: [...new Set([...globs, ...need.globs])],
        contents: [...new Set([...contents, ...(need.contents ?? [])])],
      });
      return;
    }
    case 'secret': {
      const known = merged.secrets.get(need.id);
      if (known !== undefined && !isDeepStrictEqual(known, need)) {
        throw contradiction(`the secret ${need.id} has two proofs, ${known.proof.path} and ${need.proof.path}`);
      }
      merged.secrets.set(need.id, need);
    }
  }
}

function addRequests(known: readonly RunRequest[], more: readonly RunRequest[]): RunRequest[] {
  const requests = [...known];
  for (const request of more) {
    const same = requests.find(({ id }) => id === request.id);
    if (same === undefined) requests.push(request);
    else if (!isDeepStrictEqual(same, request)) throw contradiction(`two different requests have the id ${request.id}`);
  }
  return requests;
}

/** There is one stop, so it is waited as long as the most patient check wants. */
function addStop(known: StopRequest | undefined, more: Extract<EvidenceNeed, { kind: 'stop' }>): StopRequest {
  const { waitMs, finishes } = more;
  if (known?.finishes !== undefined && finishes !== undefined && known.finishes !== finishes) {
    throw contradiction(`two different requests are to be answered while it stops, ${known.finishes} and ${finishes}`);
  }
  return { waitMs: Math.max(known?.waitMs ?? 0, waitMs), finishes: known?.finishes ?? finishes };
}

function contradiction(what: string): StagecraftError {
  return new StagecraftError('bad_input', `The checks of this exercise contradict each other: ${what}.`);
}
