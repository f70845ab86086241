/** Evidence in the words of the contract: what a report says about the image and its stages. */
import type { ImageReport, Report, StageReport } from '../contract/report.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { Evidence, ImageEvidence, RebuildEvidence } from './evidence.ts';

/** The image as a report shows it. An unset user is `root`, as the kernel will have it. */
export function imageReport(image: ImageEvidence, dockerfile: DockerfileModel | undefined): ImageReport {
  const { config } = image;
  return {
    sizeBytes: image.sizeBytes,
    compressedBytes: image.compressedBytes,
    baseImage: dockerfile?.stages.find(({ final }) => final)?.rootBase,
    user: config.user || 'root',
    entrypoint: config.entrypoint,
    cmd: config.cmd,
    workingDir: config.workingDir,
    exposedPorts: config.exposedPorts,
    layers: image.layers.map(({ sizeBytes, createdBy, line, fromBase, diffId }) => ({
      sizeBytes,
      createdBy,
      line,
      fromBase,
      diffId,
    })),
  };
}

/**
 * The stages of the file in order, whether or not they are reached.
 * @param sizes bytes by stage index, where they were measured
 */
export function stageReports(
  dockerfile: DockerfileModel | undefined,
  sizes: ReadonlyMap<number, number> = new Map(),
): StageReport[] {
  return (dockerfile?.stages ?? []).map(({ index, name, line, base, final }) => ({
    name: name ?? String(index),
    index,
    line,
    baseName: base,
    final,
    sizeBytes: sizes.get(index),
  }));
}

/** The second builds that went well, one per edited file; nothing where none was asked for. */
export function rebuildReports(rebuilds: Evidence['rebuilds']): Pick<Report, 'rebuilds'> {
  const byFile = new Map(
    Object.values(rebuilds)
      .filter(({ ok }) => ok)
      .map((rebuild) => [rebuild.edited, { edited: rebuild.edited, seconds: secondsRunAgain(rebuild) }]),
  );
  return byFile.size === 0 ? {} : { rebuilds: [...byFile.values()] };
}

/** How long the steps took that were not cached, to a tenth. */
export function secondsRunAgain({ vertexes }: RebuildEvidence): number {
  const ran = vertexes.filter(({ cached, instruction }) => !cached && instruction !== undefined);
  return Math.round(ran.reduce((all, { durationMs }) => all + durationMs, 0) / 100) / 10;
}
