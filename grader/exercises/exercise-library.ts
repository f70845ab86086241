/** All exercises of a content folder, loaded once; a broken one is left out and its problems are told. */
import type { ContentProblem } from './content-problem.ts';
import type { Exercise } from './exercise.ts';
import { loadExercises, unknownExercise } from './load-exercises.ts';

export class ExerciseLibrary {
  #problems: readonly ContentProblem[];
  #exercises: ReadonlyMap<string, Exercise>;

  constructor(loaded: { exercises: readonly Exercise[]; problems: readonly ContentProblem[] }) {
    this.#problems = loaded.problems;
    this.#exercises = new Map(loaded.exercises.map((exercise) => [exercise.slug, exercise]));
  }

  static async open(contentDir: string): Promise<ExerciseLibrary> {
    return new ExerciseLibrary(await loadExercises(contentDir));
  }

  get problems(): readonly ContentProblem[] {
    return this.#problems;
  }

  /** For `verify --watch`: what was opened with this library goes on with what was saved since. */
  replaceWith(other: ExerciseLibrary): void {
    this.#problems = other.#problems;
    this.#exercises = other.#exercises;
  }

  /** In course order. */
  all(): Exercise[] {
    return [...this.#exercises.values()];
  }

  find(slug: string): Exercise | undefined {
    return this.#exercises.get(slug);
  }

  /** @throws StagecraftError `not_found` with the nearest slug */
  get(slug: string): Exercise {
    const found = this.#exercises.get(slug);
    if (found !== undefined) return found;
    throw unknownExercise(slug, [...this.#exercises.keys()]);
  }
}
