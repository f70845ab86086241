/**
 * Images that outlive their grading for a while, so that their learner can look inside: of each learner and exercise the
 * last attempt's, a bounded number in all. Whoever has most gives way first: nobody's go because another builds a lot.
 *
 * Nothing is written down: what is kept is what the engine has under our name, also after a restart. A kept image shares
 * its layers with the build's cache; a full disk removes it first (`engine/tidy.ts`).
 */
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { keptImageName } from '../engine/tidy.ts';
import { limits } from '../limits.ts';

/** Whose last attempt it is. */
export interface KeptAs {
  learner: string;
  exercise: string;
  /** Id of the submission. */
  submission: string;
}

export interface KeptImagesOptions {
  docker: Docker;
  countMax?: number;
  ageMs?: number;
  now?: () => number;
}

interface Kept {
  /** `<learner>-<exercise>-<submission>`. */
  tag: string;
  keptAt: number;
}

export class KeptImages {
  readonly #docker: Docker;
  readonly #options: Required<Omit<KeptImagesOptions, 'docker'>>;
  /** By tag. What an earlier process kept is dated by its tag. */
  readonly #keptAt = new Map<string, number>();

  constructor({ docker, ...options }: KeptImagesOptions) {
    this.#docker = docker;
    this.#options = { countMax: limits.keptImages.countMax, ageMs: limits.keptImages.ageMs, now: Date.now, ...options };
  }

  /** Keeps it under a name of its own. Never throws: a verdict must not fail because nobody can look inside later. */
  async keep(imageTag: string, as: KeptAs): Promise<void> {
    const tag = [hashOf('learner', as.learner), hashOf('exercise', as.exercise), as.submission].join('-');
    this.#keptAt.set(tag, this.#options.now());
    await this.#docker
      .getImage(imageTag)
      .tag({ repo: keptImageName, tag })
      .catch(() => {});
  }

  /** Removes what is older, too many, or a former attempt. What a shell still uses goes at a later time. Never throws. */
  async sweep(): Promise<void> {
    try {
      const { now, ageMs, countMax } = this.#options;
      const all = (await this.#list()).sort((a, b) => b.keptAt - a.keptAt);
      const lasts = [...Map.groupBy(all, attemptedBy).values()].flatMap(([last]) => last ?? []);
      const stay = fairShare(
        lasts.filter(({ keptAt }) => now() - keptAt <= ageMs),
        countMax,
      );
      for (const kept of all) if (!stay.has(kept)) await this.#remove(kept.tag);
    } catch {
      // The engine is away: the next grading sweeps.
    }
  }

  /** The id of a submission's image; undefined when it is not kept any more. @throws what the engine's API throws */
  async find(submission: string): Promise<string | undefined> {
    const filters = { reference: [`${keptImageName}:*-${submission}`] };
    const [image] = await this.#docker.listImages({ filters });
    return image?.Id;
  }

  async #remove(tag: string): Promise<void> {
    const removed = await this.#docker
      .getImage(`${keptImageName}:${tag}`)
      .remove({ force: false })
      .then(
        () => true,
        () => false,
      );
    if (removed) this.#keptAt.delete(tag);
  }

  async #list(): Promise<Kept[]> {
    const images = await this.#docker.listImages({ filters: { reference: [keptImageName] } });
    const tags = images.flatMap(({ RepoTags, Id }) =>
      (RepoTags ?? []).filter((name) => name.startsWith(`${keptImageName}:`)).map((name) => ({ name, id: Id })),
    );
    return Promise.all(
      tags.map(async ({ name, id }) => {
        const tag = name.slice(keptImageName.length + 1);
        const keptAt = this.#keptAt.get(tag) ?? (await this.#taggedAt(id));
        return { tag, keptAt };
      }),
    );
  }

  async #taggedAt(id: string): Promise<number> {
    const { Metadata } = (await this.#docker.getImage(id).inspect()) as { Metadata?: { LastTagTime?: string } };
    const time = Date.parse(Metadata?.LastTagTime ?? '');
    return Number.isNaN(time) || time < 0 ? 0 : time;
  }
}

const hashLength = 16;

/** A tag says nothing about who it is. */
function hashOf(kind: 'learner' | 'exercise', id: string): string {
  return createHash('sha256').update(`stagecraft kept\0${kind}\0${id}`).digest('hex').slice(0, hashLength);
}

const learnerOf = ({ tag }: Kept) => tag.slice(0, hashLength);

/** Whose attempts at what: of these only the last is kept. */
const attemptedBy = ({ tag }: Kept) => tag.slice(0, 2 * hashLength + 1);

/** @param newest newest first; what does not stay is always the oldest of one who has most */
function fairShare(newest: readonly Kept[], countMax: number): Set<Kept> {
  const byLearner = [...Map.groupBy(newest, learnerOf).values()];
  for (let count = newest.length; count > countMax; count -= 1) {
    const most = Math.max(...byLearner.map(({ length }) => length));
    const holders = byLearner.filter(({ length }) => length === most);
    holders.sort((one, other) => (one.at(-1)?.keptAt ?? 0) - (other.at(-1)?.keptAt ?? 0))[0]?.pop();
  }
  return new Set(byLearner.flat());
}
