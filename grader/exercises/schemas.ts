/** What an author writes in an exercise folder. Checks are read by `checks/registry.ts`, one by one. */
import { z } from 'zod';
import { isPackageName } from '../catalogue/packages/apt-names.ts';
import { sizeParam } from '../checks/params.ts';
import { buildErrorSchema } from '../contract/report.ts';
import { limits } from '../limits.ts';

export const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const sentence = z.string().trim().min(1);
const relativeFolder = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'expected a folder inside the exercise, like app');

const systemNames = z.array(z.string().refine(isPackageName, 'expected the name of a package, like libpq5')).min(1);

const runSchema = z.strictObject({
  port: z.number().int().min(1).max(65_535),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected a name like PORT'), z.string()).default({}),
  hosts: z
    .array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected a host name like clock.stagecraft.test'))
    .default([]),
  readOnly: z.boolean().default(true),
  readyPath: z
    .string()
    .regex(/^\/\S*$/, 'expected a path that starts with /')
    .default('/'),
  readyTimeoutMs: z.number().int().min(100).max(limits.evidence.phaseTimeoutMs).default(limits.run.readyTimeoutMs),
});

/** What every build of the exercise is given, as CI gives it. */
const buildSchema = z.strictObject({
  /** Values for ARGs; BuildKit's own switches are not for exercises. */
  args: z
    .record(z.string(), z.string())
    .superRefine((args, context) => {
      const wrong = Object.keys(args).find((name) => !/^(?!BUILDKIT_)[A-Za-z_][A-Za-z0-9_]*$/.test(name));
      if (wrong === undefined) return;
      context.addIssue({
        code: 'custom',
        message: `expected names of ARGs like VERSION, found ${JSON.stringify(wrong)}`,
      });
    })
    .default({}),
});

const isFalling = ({ best, worst }: { best: number; worst: number }): boolean => best < worst;
const falling = { error: 'expected a `best` that is less than `worst`' };

/** See `verdict/score.ts`. */
const scoreRuleSchema = z.strictObject({
  check: z.string(),
  points: z.number().int().min(1).max(1000),
  size: z.strictObject({ best: sizeParam, worst: sizeParam }).refine(isFalling, falling).optional(),
  rebuildSeconds: z
    .strictObject({ best: z.number().positive(), worst: z.number().positive() })
    .refine(isFalling, falling)
    .optional(),
});

export const exerciseSchema = z.strictObject({
  title: sentence,
  lesson: z.string().regex(slugPattern, 'expected the name of a lesson, like 02-two-stages'),
  order: z.number(),
  summary: sentence,
  stack: z.string().regex(slugPattern, 'expected one word, like node or go'),
  minutes: z.number().int().min(1).max(120),
  images: z.array(z.string().regex(/^\S+$/, 'expected an image name like node:20-slim')).min(1),
  packages: z.array(relativeFolder).optional(),
  /** Folders of packages that only the private registry has. */
  privatePackages: z.array(relativeFolder).min(1).optional(),
  build: buildSchema.prefault({}),
  systemPackages: z.strictObject({ apt: systemNames.default([]), apk: systemNames.default([]) }).optional(),
  run: runSchema.optional(),
  checks: z.array(z.unknown()).min(1),
  score: z.array(scoreRuleSchema).min(1).optional(),
});

export const hintsSchema = z
  .array(z.strictObject({ text: sentence, checks: z.array(z.string()).min(1).optional() }))
  .min(1);

export const mistakeSchema = z.strictObject({
  title: sentence,
  refusedBy: z.string(),
  buildError: buildErrorSchema.shape.code.optional(),
  why: sentence,
});
