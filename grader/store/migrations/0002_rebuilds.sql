ALTER TABLE "submissions" ADD COLUMN "rebuild_of" uuid;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "rebuild" jsonb;--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_rebuild_of_submissions_id_fk" FOREIGN KEY ("rebuild_of") REFERENCES "public"."submissions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "submissions_rebuilds" ON "submissions" USING btree ("rebuild_of","created_at") WHERE "submissions"."rebuild_of" is not null;