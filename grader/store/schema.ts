/**
 * The tables. After a change: `npx drizzle-kit generate --config grader/store/drizzle.config.ts`, and commit what it
 * wrote to `migrations/`.
 *
 * Absent on purpose: learners have no names, addresses or passwords; exercises are files, not rows.
 */
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { CourseImageKind } from '../contract/layers.ts';
import type { NewRebuild, RebuildResult } from '../contract/rebuild.ts';
import type { ImageReport, Report, Verdict } from '../contract/report.ts';
import type { SubmissionEvent, SubmissionState } from '../contract/submission.ts';

/** What was asked, and what came out when it has finished. */
export interface StoredRebuild extends NewRebuild {
  result?: RebuildResult | undefined;
}

/** What is kept of an image of the course; the files of its layers are kept as everybody's are. */
export type StoredImage = Pick<ImageReport, 'sizeBytes' | 'baseImage' | 'layers'>;

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const learners = pgTable(
  'learners',
  {
    id: uuid('id').primaryKey(),
    /** SHA-256 of the session token in the learner's cookie, hex; the token itself is nowhere on our side. */
    tokenHash: text('token_hash').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('learners_token_hash').on(table.tokenHash)],
);

export const submissions = pgTable(
  'submissions',
  {
    id: uuid('id').primaryKey(),
    learnerId: uuid('learner_id')
      .notNull()
      .references(() => learners.id),
    /** Slug. */
    exercise: text('exercise').notNull(),
    /** The learner's numbered try at this exercise. One that ended by our fault or was cancelled gives its number back. */
    attempt: integer('attempt').notNull(),
    dockerfile: text('dockerfile').notNull(),
    dockerignore: text('dockerignore'),
    state: text('state').$type<SubmissionState>().notNull(),
    verdict: text('verdict').$type<Verdict>(),
    report: jsonb('report').$type<Report>(),
    /** The sentence for a `grader_error`. */
    message: text('message'),
    /** The fence: only who holds this delivery may write while it is being graded. Grows with every delivery. */
    delivery: integer('delivery').notNull().default(0),
    /** Why the next delivery starts over, when the last one could still say so. */
    restartReason: text('restart_reason'),
    /** What it waits for besides its turn, as last told to its learner. */
    waitingFor: text('waiting_for'),
    priority: smallint('priority').notNull(),
    lastEventSeq: integer('last_event_seq').notNull(),
    /** Set for a rebuild of the cache lab: the submission that is built again. */
    rebuildOf: uuid('rebuild_of').references((): AnyPgColumn => submissions.id, { onDelete: 'cascade' }),
    rebuild: jsonb('rebuild').$type<StoredRebuild>(),
    createdAt: moment('created_at').notNull().defaultNow(),
    finishedAt: moment('finished_at'),
  },
  (table) => [
    index('submissions_learner').on(table.learnerId, table.exercise, table.createdAt),
    index('submissions_unfinished')
      .on(table.state, table.priority, table.createdAt)
      .where(sql`${table.state} in ('queued', 'grading')`),
    index('submissions_rebuilds').on(table.rebuildOf, table.createdAt).where(sql`${table.rebuildOf} is not null`),
    check('submissions_state', sql`${table.state} in ('queued', 'grading', 'finished', 'cancelled')`),
    check('submissions_verdict_when_finished', sql`(${table.state} = 'finished') = (${table.verdict} is not null)`),
  ],
);

export const submissionEvents = pgTable(
  'submission_events',
  {
    submissionId: uuid('submission_id')
      .notNull()
      .references(() => submissions.id, { onDelete: 'cascade' }),
    /** From 1, without gaps, in the order they happened. */
    seq: integer('seq').notNull(),
    type: text('type').$type<SubmissionEvent['type']>().notNull(),
    payload: jsonb('payload').$type<SubmissionEvent>().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.submissionId, table.seq] })],
);

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/**
 * The files of layers, each once however many images have it: base images repeat. Which layers a submission has is in
 * its report; what is cleared away here is only no longer listed there.
 */
export const layerFiles = pgTable(
  'layer_files',
  {
    diffId: text('diff_id').primaryKey(),
    /** More than are listed; `files` is then empty. */
    tooMany: boolean('too_many').notNull(),
    entries: integer('entries').notNull(),
    /** JSON of `LayerFiles`, gzip. */
    files: bytes('files').notNull(),
    usedAt: moment('used_at').notNull().defaultNow(),
  },
  (table) => [index('layer_files_used').on(table.usedAt)],
);

/** Images of starters and solutions, built when somebody compares with them: one row each, replaced when they change. */
export const courseImages = pgTable(
  'course_images',
  {
    /** Slug. */
    exercise: text('exercise').notNull(),
    kind: text('kind').$type<CourseImageKind>().notNull(),
    /** Changes with everything that would build another image. */
    key: text('key').notNull(),
    state: text('state').$type<'building' | 'built' | 'failed' | 'unbuildable'>().notNull(),
    image: jsonb('image').$type<StoredImage>(),
    /** Why there is none. */
    message: text('message'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.exercise, table.kind] }),
    check('course_images_image_when_built', sql`(${table.state} = 'built') = (${table.image} is not null)`),
  ],
);
