import { defineConfig } from 'vitest/config';

/** Limits are against what hangs, not against a busy machine. */
const patience = { expect: { poll: { timeout: 30_000 } } };

/**
 * Three kinds of tests, told apart by their names: `*.test.ts` needs nothing, `*.db.test.ts` a PostgreSQL,
 * `*.engine.test.ts` the sandbox engine. The engine's tests share its slots, so they run one file at a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...patience,
          name: 'unit',
          // Half of the time went into loading the same modules again for each file.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Not content/**: the exercises' apps have tests of their own.
          include: ['{src,grader,bin}/**/*.test.{ts,tsx}', 'content/*.test.ts'],
          exclude: ['**/*.engine.test.ts', '**/*.db.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          ...patience,
          name: 'db',
          include: ['grader/**/*.db.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...patience,
          name: 'engine',
          include: ['grader/**/*.engine.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
