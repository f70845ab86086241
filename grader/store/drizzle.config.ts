import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './grader/store/schema.ts',
  out: './grader/store/migrations',
});
