/** Images of starters and solutions: whether they are built, and what of them is kept. */
import { and, eq, sql } from 'drizzle-orm';
import type { CourseImageKind } from '../contract/layers.ts';
import { limits } from '../limits.ts';
import type { Executor } from './database.ts';
import { courseImages, type StoredImage } from './schema.ts';
import { storable } from './storable.ts';

export interface CourseImageOf {
  /** Slug. */
  exercise: string;
  kind: CourseImageKind;
  /** Of what would be built now; see `courseImageKey`. */
  key: string;
}

export type CourseImageState =
  | { state: 'building' }
  | { state: 'failed' | 'unbuildable'; message: string }
  | { state: 'built'; image: StoredImage };

const ofThis = ({ exercise, kind, key }: CourseImageOf) =>
  and(eq(courseImages.exercise, exercise), eq(courseImages.kind, kind), eq(courseImages.key, key));

/** Whoever was to build it is gone. */
const stale = sql`${courseImages.changedAt} < now() - make_interval(secs => ${limits.courseImages.staleSeconds})`;

/** Undefined when it was never asked for, when another content was built, or when its builder got lost. */
export async function findCourseImage(db: Executor, of: CourseImageOf): Promise<CourseImageState | undefined> {
  const [row] = await db
    .select({ state: courseImages.state, image: courseImages.image, message: courseImages.message, stale })
    .from(courseImages)
    .where(ofThis(of));
  if (row === undefined) return undefined;
  if (row.state === 'built' && row.image !== null) return { state: 'built', image: row.image };
  if (row.state === 'failed' || row.state === 'unbuildable') return { state: row.state, message: row.message ?? '' };
  return row.stale === true ? undefined : { state: 'building' };
}

/** @returns false when somebody builds it already */
export async function beginCourseImage(db: Executor, of: CourseImageOf): Promise<boolean> {
  const begun = { key: of.key, state: 'building' as const, image: null, message: null, changedAt: sql`now()` };
  const rows = await db
    .insert(courseImages)
    .values({ ...of, state: 'building' })
    .onConflictDoUpdate({
      target: [courseImages.exercise, courseImages.kind],
      set: begun,
      setWhere: sql`${courseImages.key} <> ${of.key} or ${courseImages.state} <> 'building' or ${stale}`,
    })
    .returning({ key: courseImages.key });
  return rows.length > 0;
}

/** Whether it is still to be built; it then counts as begun just now. */
export async function holdCourseImage(db: Executor, of: CourseImageOf): Promise<boolean> {
  const rows = await db
    .update(courseImages)
    .set({ changedAt: sql`now()` })
    .where(and(ofThis(of), eq(courseImages.state, 'building')))
    .returning({ key: courseImages.key });
  return rows.length > 0;
}

export type CourseImageOutcome =
  | { image: StoredImage }
  /** Why there is no image; `lasting` when there will be none either next time. */
  | { message: string; lasting: boolean };

/** Does nothing when another content was asked for meanwhile. */
export async function endCourseImage(db: Executor, of: CourseImageOf, outcome: CourseImageOutcome): Promise<void> {
  const ended =
    'image' in outcome
      ? { state: 'built' as const, image: storable(outcome.image), message: null }
      : {
          state: outcome.lasting ? ('unbuildable' as const) : ('failed' as const),
          image: null,
          message: outcome.message,
        };
  await db
    .update(courseImages)
    .set({ ...ended, changedAt: sql`now()` })
    .where(ofThis(of));
}
