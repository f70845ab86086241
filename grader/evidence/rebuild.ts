/**
 * Builds once more after an edit of one file of the app, to see which steps are taken from the cache: what a developer
 * waits for all day.
 */
import { randomBytes } from 'node:crypto';
import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { buildImage } from '../build/run-buildx.ts';
import type { BuildRequest } from '../build/solve.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { Slot } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { withContextCopy } from './context-copy.ts';
import type { RebuildEvidence } from './evidence.ts';
import { hasForgotten } from './forgotten.ts';
import type { EngineAccess } from './image.ts';
import { editWithNonce } from './nonce-edit.ts';
import { plainText } from './plain-text.ts';
import { PrintedLines } from './printed-lines.ts';

/** What was built, to be built again or looked into: the same context, secrets and target. */
export type BuiltFrom = Pick<
  BuildRequest,
  'contextDir' | 'dockerfilePath' | 'learner' | 'secrets' | 'sshSocketPath' | 'buildArgs' | 'target'
>;

export interface RebuildRequest {
  build: BuiltFrom;
  model: DockerfileModel | undefined;
  /** Relative to the context. */
  edit: string;
  /** Regexes of lines that ask for one more build: the cache mount that should have spared them may have been empty. */
  unlike?: readonly string[];
}

/**
 * @throws StagecraftError `bad_input` when the context has no such file, which is the exercise's fault; `cancelled`
 */
export async function rebuildAfterEdit(
  { build, model, edit, unlike = [] }: RebuildRequest,
  { engine, slot, signal }: EngineAccess & { slot: Pick<Slot, 'cgroupParent'> },
): Promise<RebuildEvidence> {
  return withContextCopy(build.contextDir, async (copy) => {
    let mayPass = false;
    const buildAgain = async (): Promise<RebuildEvidence> => {
      await editFile(copy, edit);
      const printed = new PrintedLines();
      const result = await buildImage(
        { ...build, contextDir: copy, model, output: 'none', timeoutMs: limits.evidence.phaseTimeoutMs },
        { engine, slot, signal, emit: (event) => printed.add(event) },
      );
      const { ok, vertexes, durationMs } = result;
      const { failure } = result;
      const message = failure && (plainText(failure.raw, 1_000).trim() || failure.reason);
      // The same lines were just built: one that fails without a command of its own failing may pass the next time.
      mayPass = failure?.reason === 'failed' && failure.exitCode === undefined;
      return {
        ok,
        edited: edit,
        vertexes,
        durationMs,
        printed: printed.lines,
        ...(message !== undefined && { message }),
      };
    };
    const rebuilt = await buildAgain();
    const isUnlike = unlike.map((text) => new RegExp(text));
    const again =
      hasForgotten(rebuilt.vertexes, { model, edit }) ||
      rebuilt.printed?.some(({ text }) => isUnlike.some((regex) => regex.test(text))) === true;
    return mayPass || (rebuilt.ok && again) ? await buildAgain() : rebuilt;
  });
}

/** A nonce, so that no earlier build of the same file answers from the cache. */
async function editFile(contextDir: string, edit: string): Promise<void> {
  const path = join(contextDir, edit);
  const inside = normalize(edit) !== '..' && !normalize(edit).startsWith('../');
  const found = inside ? await lstat(path).catch(() => undefined) : undefined;
  if (found === undefined || !found.isFile()) {
    throw new StagecraftError(
      'bad_input',
      `The exercise's cache check edits ${edit}, but its app has no such file. Name a file of app/ in exercise.yaml.`,
    );
  }
  await writeFile(path, editWithNonce(edit, await readFile(path), randomBytes(8).toString('hex')));
}
