CREATE TABLE "learners" (
	"id" uuid PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "submission_events" (
	"submission_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "submission_events_submission_id_seq_pk" PRIMARY KEY("submission_id","seq")
);
--> statement-breakpoint
CREATE TABLE "submissions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"learner_id" uuid NOT NULL,
	"exercise" text NOT NULL,
	"attempt" integer NOT NULL,
	"dockerfile" text NOT NULL,
	"dockerignore" text,
	"state" text NOT NULL,
	"verdict" text,
	"report" jsonb,
	"message" text,
	"delivery" integer DEFAULT 0 NOT NULL,
	"restart_reason" text,
	"waiting_for" text,
	"priority" smallint NOT NULL,
	"last_event_seq" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "submissions_state" CHECK ("submissions"."state" in ('queued', 'grading', 'finished', 'cancelled')),
	CONSTRAINT "submissions_verdict_when_finished" CHECK (("submissions"."state" = 'finished') = ("submissions"."verdict" is not null))
);
--> statement-breakpoint
ALTER TABLE "submission_events" ADD CONSTRAINT "submission_events_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_learner_id_learners_id_fk" FOREIGN KEY ("learner_id") REFERENCES "public"."learners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "learners_token_hash" ON "learners" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "submissions_learner" ON "submissions" USING btree ("learner_id","exercise","created_at");--> statement-breakpoint
CREATE INDEX "submissions_unfinished" ON "submissions" USING btree ("state","priority","created_at") WHERE "submissions"."state" in ('queued', 'grading');