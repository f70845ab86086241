import { useMemo } from 'preact/hooks';
import { type DockerfileModel, readDockerfile } from '../../dockerfile/read-dockerfile.ts';
import { type Unreadable, unreadable } from './graph-facts.ts';
import { dockerfileCharactersMax } from './graph-limits.ts';

/** The last text of each exercise that could be read, while the page is open: the panel comes and goes with its tab. */
const lastReadable = new Map<string, string>();

export interface Readable {
  model: DockerfileModel;
  /** Why this is not what stands in the editor. */
  stale: Unreadable | undefined;
}

/**
 * What stands in the editor, or the last of it that could be read, or else one of the `others`: never an empty graph
 * because of half a word.
 */
export function useReadable(exercise: string, text: string, others: readonly (string | undefined)[]): Readable {
  return useMemo(() => {
    const model = readDockerfile(text);
    // A text that is too long comes back without anything in it.
    const unread = model.instructions.length === 0 && text.length > dockerfileCharactersMax;
    const stale = unread ? { line: 1, what: 'long' as const } : unreadable(model);
    if (!stale) {
      lastReadable.set(exercise, text);
      return { model, stale };
    }
    for (const other of [lastReadable.get(exercise), ...others]) {
      const readable = other === undefined ? undefined : readDockerfile(other);
      if (readable && readable.stages.length > 0 && !unreadable(readable)) return { model: readable, stale };
    }
    return { model: { stages: [], globalArgs: [], instructions: [] }, stale };
  }, [exercise, text, ...others]);
}
