import { posix } from 'node:path';
import picomatch from 'picomatch';
import type { VertexReport } from '../contract/report.ts';
import type { DockerfileModel, InstructionModel } from '../dockerfile/model.ts';

/**
 * Whether a step ran again that nothing made run again: every step above it in its stage came from the cache, and the
 * edited file is none that it copies. Then BuildKit had lost its record (seen in 3 of some 1,000 rebuilds, on a machine
 * with far more work than processors), and that is no fault of a Dockerfile's. A RUN that reads the edited file through
 * a mount, and the first of a stage that continues a changed one, look the same; they are the same when asked again.
 *
 * @param edit the edited file, relative to the context
 */
export function hasForgotten(
  vertexes: readonly VertexReport[],
  { model, edit }: { model: DockerfileModel | undefined; edit: string },
): boolean {
  const stages = new Set<string>();
  // BuildKit says nothing of use about FROM, and names vertexes in the order in which it came to them.
  const steps = vertexes.filter(({ instruction }) => instruction !== undefined && instruction !== 'FROM');
  return steps
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .some(({ stage = '', instruction, line, cached }) => {
      if (cached || stages.has(stage)) return false;
      stages.add(stage);
      const written = model?.instructions.find((each) => each.line === line && each.keyword === instruction);
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
