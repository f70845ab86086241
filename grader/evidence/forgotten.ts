import { posix } from 'node:path';
import type { VertexReport } from '../contract/report.ts';
import { fitsPattern } from '../dockerfile/fits-pattern.ts';
import type { DockerfileModel, InstructionModel } from '../dockerfile/model.ts';

/**
 * Whether a step ran again that nothing made run again: the first in its stage that did, on a base that did not change,
 * and it takes in neither the edited file nor anything of a stage in which a step ran. Then BuildKit had lost its record
 * (what is never loaded, since the steps after it came from the cache, counts as old and is pruned first; seen in 3 of
 * some 1,000 rebuilds), and that is no fault of a Dockerfile's. A RUN that reads the edited file through a mount looks
 * the same; it is the same when asked again.
 *
 * @param edit the edited file, relative to the context
 */
export function hasForgotten(
  vertexes: readonly VertexReport[],
  { model, edit }: { model: DockerfileModel | undefined; edit: string },
): boolean {
  const again = new Set(vertexes.filter(({ cached }) => !cached).map(({ line }) => line));
  // BuildKit says nothing of use about FROM.
  const ran = model?.instructions.filter(({ keyword, line }) => keyword !== 'FROM' && again.has(line)) ?? [];
  const firsts = new Map(ran.toReversed().map((one) => [one.stage, one]));
  const isChanged = (stage: number | undefined): boolean =>
    stage !== undefined && (firsts.has(stage) || isChanged(model?.stages[stage]?.baseStage));
  return [...firsts].some(([stage, { copy }]) => {
    if (stage !== undefined && isChanged(model?.stages[stage]?.baseStage)) return false;
    if (copy === undefined) return true;
    return copy.from === undefined ? !takesIn(copy, edit) : !isChanged(copy.fromStage);
  });
}

function takesIn({ sources, heredoc }: NonNullable<InstructionModel['copy']>, edit: string): boolean {
  const file = posix.normalize(edit);
  return !heredoc && sources.some((source) => covers(posix.join('.', posix.normalize(source)), file));
}

function covers(source: string, file: string): boolean {
  const path = source.replace(/^\/+|\/+$/g, '');
  // With a variable in it, only BuildKit knows.
  if (path === '' || path === '.' || path.includes('$')) return true;
  return fitsPattern(path, file) || fitsPattern(`${path}/**`, file);
}
