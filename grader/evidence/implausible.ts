import { posix } from 'node:path';
import picomatch from 'picomatch';
import type { VertexReport } from '../contract/report.ts';
import type { DockerfileModel, InstructionModel } from '../dockerfile/model.ts';

/**
 * Whether what BuildKit told of a rebuild can't be: it forgot a step (below), or took one from the cache that copies
 * the file just edited, which has never been the same before (seen once in some 5,000 rebuilds; a `.dockerignore` that
 * leaves the file out looks the same, and is the same when asked again).
 *
 * @param edit the edited file, relative to the context
 */
export function isImplausible(vertexes: readonly VertexReport[], asked: Asked): boolean {
  return hasForgotten(vertexes, asked) || hasOverlooked(vertexes, asked);
}

interface Asked {
  model: DockerfileModel | undefined;
  edit: string;
}

function hasOverlooked(vertexes: readonly VertexReport[], { model, edit }: Asked): boolean {
  return vertexes.some(({ cached, line, instruction }) => {
    const copy = cached ? copyAt(model, { line, instruction })?.copy : undefined;
    return copy !== undefined && copy.from === undefined && takesIn(copy, edit);
  });
}

function copyAt(model: DockerfileModel | undefined, at: Pick<VertexReport, 'line' | 'instruction'>) {
  return model?.instructions.find(({ line, keyword }) => line === at.line && keyword === at.instruction);
}

/**
 * Whether a step ran again that nothing made run again: every step above it in its stage came from the cache, and the
 * edited file is none that it copies. Then BuildKit had lost its record (seen in 3 of some 1,000 rebuilds, on a machine
 * with far more work than processors), and that is no fault of a Dockerfile's. A RUN that reads the edited file through
 * a mount, and the first of a stage that continues a changed one, look the same; they are the same when asked again.
 */
function hasForgotten(vertexes: readonly VertexReport[], { model, edit }: Asked): boolean {
  const stages = new Set<string>();
  // BuildKit says nothing of use about FROM, and names vertexes in the order in which it came to them.
  const steps = vertexes.filter(({ instruction }) => instruction !== undefined && instruction !== 'FROM');
  return steps
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .some(({ stage = '', instruction, line, cached }) => {
      if (cached || stages.has(stage)) return false;
      stages.add(stage);
      const written = copyAt(model, { line, instruction });
      return instruction === 'RUN' || (written?.copy !== undefined && !takesIn(written.copy, edit));
    });
}

/** A copy from another stage may take in what the edit changed there. */
function takesIn({ from, sources, heredoc }: NonNullable<InstructionModel['copy']>, edit: string): boolean {
  if (from !== undefined) return true;
  const file = posix.normalize(edit);
  return !heredoc && sources.some((source) => covers(posix.join('.', posix.normalize(source)), file));
}

function covers(source: string, file: string): boolean {
  const path = source.replace(/^\/+|\/+$/g, '');
  // With a variable in it, only BuildKit knows.
  if (path === '' || path === '.' || path.includes('$')) return true;
  return picomatch([path, `${path}/**`], { dot: true })(file);
}
