CREATE TABLE "layer_files" (
	"diff_id" text PRIMARY KEY NOT NULL,
	"too_many" boolean NOT NULL,
	"entries" integer NOT NULL,
	"files" "bytea" NOT NULL,
	"used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "layer_files_used" ON "layer_files" USING btree ("used_at");