/** The two sizes of a check about size, so that they can be drawn on one scale. */
import type { CheckReport, Report } from '../../../grader/contract/report.ts';

export interface SizeScale {
  actualBytes: number;
  maxBytes: number;
  /** Of the image, not of the context. */
  ofImage: boolean;
}

const factors: Record<string, number> = { byte: 1, bytes: 1, B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Undefined when the check is not about a size, or its limit is not said as one (a share of the starter's, say). */
export function sizeScale(check: CheckReport, report: Report | undefined): SizeScale | undefined {
  const actualBytes = { size: report?.image?.sizeBytes, context: report?.build.contextBytes }[check.type];
  const maxBytes = limitIn(check.expected);
  if (check.status === 'skipped' || actualBytes === undefined || maxBytes === undefined) return undefined;
  return { actualBytes, maxBytes, ofImage: check.type === 'size' };
}

/** The most that an expectation allows, in bytes; undefined when it names no size. */
export function limitIn(expected: string): number | undefined {
  const found = /at most ([\d.]+)[\s\u202f]?(bytes?|[kMGT]?B)\b/.exec(expected);
  const factor = found?.[2] === undefined ? undefined : factors[found[2]];
  return factor === undefined ? undefined : Math.round(Number(found?.[1]) * factor);
}
