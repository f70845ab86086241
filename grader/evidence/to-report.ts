/** Evidence in the words of the contract: what a report says about the image and its stages. */

import type { ImageReport, StageReport } from '../contract/report.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import type { ImageEvidence } from './evidence.ts';

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
