/** Evidence in the words of the contract: what a report says about the image and its stages. */
import type { HistoryReport, ImageConfigReport, ImageReport, Report, StageReport } from '../contract/report.ts';
import type { DockerfileModel } from '../dockerfile/model.ts';
import { limits } from '../limits.ts';
import type { Evidence, ImageEvidence, RebuildEvidence } from './evidence.ts';
import { plainText } from './plain-text.ts';

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
    history: historyReport(image),
    config: configReport(image),
  };
}

const shown = (text: string): string => plainText(text, limits.evidence.shownTextMax);
const bounded = (texts: readonly string[]): string[] => texts.slice(0, limits.evidence.shownListMax).map(shown);
const boundedRecord = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record)
      .slice(0, limits.evidence.shownListMax)
      .map(([name, value]) => [shown(name), shown(value)]),
  );

/** Its entries that made a layer are those of `layers`, in the same order. */
function historyReport({ history, layers }: ImageEvidence): HistoryReport[] {
  let layer = 0;
  return history.map(({ createdBy, emptyLayer, line, fromBase }) => {
    const sizeBytes = emptyLayer ? undefined : layers[layer++]?.sizeBytes;
    return { createdBy: shown(createdBy), sizeBytes, line, fromBase };
  });
}

function configReport({ id, os, architecture, variant, config }: ImageEvidence): ImageConfigReport {
  return {
    id,
    platform: [os, architecture, ...(variant === undefined ? [] : [variant])].join('/'),
    env: boundedRecord(config.env),
    labels: boundedRecord(config.labels),
    volumes: bounded(config.volumes),
    stopSignal: config.stopSignal && shown(config.stopSignal),
    healthcheck: config.healthcheck && bounded(config.healthcheck),
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
