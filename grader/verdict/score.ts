/** Points for a submission: what its checks earned, and for sizes and rebuilds how far below the budget it stayed. */
import type { CheckReport, Score } from '../contract/report.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { secondsRunAgain } from '../evidence/to-report.ts';

export interface ScoreRule {
  /** Id of a check; without its pass there are no points. */
  check: string;
  points: number;
  /** Bytes of the image: all points at `best`, none at `worst`. */
  size?: Range | undefined;
  /** Seconds that the steps of the check's rebuild took which were not cached. */
  rebuildSeconds?: Range | undefined;
}

interface Range {
  best: number;
  worst: number;
}

/** Whole points; a part with a range rounds down, so that all of them means `best` was reached. */
export function scoreOf(
  rules: readonly ScoreRule[],
  { checks, evidence }: { checks: readonly CheckReport[]; evidence: Pick<Evidence, 'image' | 'rebuilds'> },
): Score {
  const parts = rules.map((rule) => {
    const check = checks.find(({ id }) => id === rule.check);
    const measured = check?.status === 'passed' ? measuredBy(rule, evidence) : undefined;
    const share = check?.status === 'passed' ? (measured?.share ?? 1) : 0;
    return {
      check: rule.check,
      points: Math.floor(rule.points * share),
      max: rule.points,
      ...(measured?.sizeBytes !== undefined && { sizeBytes: measured.sizeBytes }),
      ...(measured?.seconds !== undefined && { seconds: measured.seconds }),
    };
  });
  const sum = (key: 'points' | 'max'): number => parts.reduce((all, part) => all + part[key], 0);
  return { points: sum('points'), max: sum('max'), parts };
}

function measuredBy(
  { check, size, rebuildSeconds }: ScoreRule,
  { image, rebuilds }: Pick<Evidence, 'image' | 'rebuilds'>,
): { share: number; sizeBytes?: number; seconds?: number } | undefined {
  if (size !== undefined && image !== undefined) {
    return { share: shareOf(image.sizeBytes, size), sizeBytes: image.sizeBytes };
  }
  const rebuild = Object.hasOwn(rebuilds, check) ? rebuilds[check] : undefined;
  if (rebuildSeconds === undefined || rebuild === undefined) return undefined;
  const seconds = secondsRunAgain(rebuild);
  return { share: shareOf(seconds, rebuildSeconds), seconds };
}

/** Tiny changes to a small image are as hard as large ones to a large image: the scale is that of factors. */
function shareOf(value: number, { best, worst }: Range): number {
  if (value <= best) return 1;
  if (value >= worst) return 0;
  return Math.log(worst / value) / Math.log(worst / best);
}
