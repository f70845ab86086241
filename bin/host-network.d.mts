/** Variables to add to `env` so that every client finds proxy and CAs; what an operator set is never changed. */
export function hostNetwork(env: NodeJS.ProcessEnv): Record<string, string>;
