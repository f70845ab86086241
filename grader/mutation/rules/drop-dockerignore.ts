import type { MutationRule } from '../rule.ts';

export const dropDockerignore: MutationRule = {
  id: 'drop-dockerignore',
  about: 'without its .dockerignore',
  derive: ({ dockerignore }) =>
    dockerignore === undefined ? [] : [{ at: undefined, edits: [], withoutDockerignore: true }],
};
