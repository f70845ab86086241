/** The two sizes of a check about size, so that they can be drawn on one scale. */
import type { CheckReport, Report } from '../../../grader/contract/report.ts';

export interface SizeScale {
  actualBytes: number;
  maxBytes: number;
  /** Of the image, not of the context. */
  ofImage: boolean;
  /** The starter's as it was built here, where the limit is a share of it. */
  starterBytes?: number | undefined;
}

const factors: Record<string, number> = { byte: 1, bytes: 1, B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Undefined when the check is not about a size, or says no limit. */
export function sizeScale(check: CheckReport, report: Report | undefined): SizeScale | undefined {
  const actualBytes = { size: report?.image?.sizeBytes, context: report?.build.contextBytes }[check.type];
  // Reports of before had the limit only in their sentence.
  const maxBytes = check.sizes?.maxBytes ?? limitIn(check.expected);
  if (check.status === 'skipped' || actualBytes === undefined || maxBytes === undefined) return undefined;
  return { actualBytes, maxBytes, ofImage: check.type === 'size', starterBytes: check.sizes?.starterBytes };
}

/** The most that an expectation allows, in bytes; undefined when it names no size. */
export function limitIn(expected: string): number | undefined {
  const found = /\bat most ([\d.]+)[\s\u202f]?(bytes?|[kMGT]?B)\b/i.exec(expected);
  const factor = found?.[2] === undefined ? undefined : factors[found[2]];
  return factor === undefined ? undefined : Math.round(Number(found?.[1]) * factor);
}
