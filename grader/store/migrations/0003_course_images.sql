CREATE TABLE "course_images" (
	"exercise" text NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"state" text NOT NULL,
	"image" jsonb,
	"message" text,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "course_images_exercise_kind_pk" PRIMARY KEY("exercise","kind"),
	CONSTRAINT "course_images_image_when_built" CHECK (("course_images"."state" = 'built') = ("course_images"."image" is not null))
);
