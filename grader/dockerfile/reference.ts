/** Image names as people write them, and the one spelling that this project compares. */

const dockerHub = /^(?:(?:index\.)?docker\.io|registry-1\.docker\.io)\//;

/**
 * The short spelling with a tag: `docker.io/library/node` becomes `node:latest`, `gcr.io/distroless/base` keeps its host.
 * Undefined for what is no image name, and for a digest, which no local image can promise.
 */
export function canonicalReference(reference: string): string | undefined {
  const trimmed = reference.trim();
  if (trimmed === '' || trimmed.includes('@') || /\s/.test(trimmed)) return undefined;
  const withoutHub = trimmed.replace(dockerHub, '').replace(/^library\//, '');
  const lastSlash = withoutHub.lastIndexOf('/');
  const colon = withoutHub.indexOf(':', lastSlash + 1);
  const repository = colon === -1 ? withoutHub : withoutHub.slice(0, colon);
  const tag = colon === -1 ? 'latest' : withoutHub.slice(colon + 1);
  if (!/^[a-z0-9][a-z0-9._/:-]*$/.test(repository) || !/^\w[\w.-]{0,127}$/.test(tag)) return undefined;
  return `${repository}:${tag}`;
}
