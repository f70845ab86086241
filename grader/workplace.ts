/** Where a submission is built: a slot, the context, and what the exercise's checks give to its builds. */

import { makeContext } from './build/context.ts';
import { startSshAgent } from './build/ssh-agent.ts';
import { baseImagesOf, bringIn } from './build-and-collect.ts';
import type { Admission } from './dockerfile/admit.ts';
import type { Slot } from './engine/engine.ts';
import type { BuiltFrom } from './evidence/rebuild.ts';
import { secretArgs, secretsFor } from './evidence/secret.ts';
import { sshSeedFor } from './evidence/ssh.ts';
import type { Exercise } from './exercises/exercise.ts';
import type { GradeRequest } from './grade-submission.ts';
import type { GradingRoom } from './open-grader.ts';

export interface Work {
  exercise: Exercise;
  request: Pick<GradeRequest, 'dockerignore' | 'learner' | 'target' | 'buildArgs'>;
  admission: Admission;
}

export interface Workplace {
  slot: Slot;
  builtFrom: BuiltFrom;
  /** Of the SSH agent that builds are given; undefined where no check asks for one. */
  sshSeed: Buffer | undefined;
  /** Gives the slot back; what was made for it is gone when it is taken again. */
  close(): Promise<void>;
}

/**
 * Secrets and agents are no part of BuildKit's cache keys: a step that another learner's build ran is taken for this one
 * too, with what came of that build's secret in it. So all learners of an installation are given the same ones.
 */
const everyone = 'all learners';

/** Waits for images, packages and a slot. @throws StagecraftError `cancelled`, `not_ready`, `engine_unavailable` */
export async function openWorkplace(work: Work, room: GradingRoom, signal: AbortSignal): Promise<Workplace> {
  const { exercise, request, admission } = work;
  const { needs } = exercise;
  const bases = baseImagesOf(admission, room, { needs });
  await bringIn([...exercise.images, ...bases.map(({ name }) => name)], room, signal);
  await room.packages.ready(exercise, signal);
  const stepsOf = `${request.learner}/${exercise.slug}`;
  const slot = await room.engine.acquireSlot(signal, { stepsOf });
  const undo: (() => Promise<unknown>)[] = [() => slot.release()];
  try {
    const { learner, target, dockerignore } = request;
    const { homeDir } = room.settings;
    const context = await makeContext({ homeDir, appDir: exercise.appDir, dockerfile: admission.text, dockerignore });
    undo.unshift(async () => slot.putOff(() => context.dispose()));
    const owner = { key: room.installationKey, learner: everyone, exercise: exercise.slug };
    const sshSeed = needs.some(({ kind }) => kind === 'ssh') ? sshSeedFor(owner) : undefined;
    const agent = sshSeed && (await startSshAgent(sshSeed));
    if (agent !== undefined) undo.unshift(() => agent.close());
    const secrets = secretsFor(needs, owner);
    const buildArgs = { ...exercise.build.args, ...secretArgs(needs, secrets), ...request.buildArgs };
    const builtFrom = { contextDir: context.dir, learner, target, buildArgs, secrets };
    const close = async () => {
      await agent?.close();
      slot.putOff(() => context.dispose());
      // Old cache records double the latency; they too are looked after while nobody waits.
      slot.release().then(() => room.engine.tidy().catch(() => {}));
    };
    return { slot, builtFrom: { ...builtFrom, sshSocketPath: agent?.socketPath }, sshSeed, close };
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
}
