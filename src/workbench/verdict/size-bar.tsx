import { formatBytes } from '../../format/bytes.ts';
import { strings } from '../../strings.ts';
import type { SizeScale } from './size-scale.ts';

/** What was found and what is allowed, as two lengths on one scale. */
export function SizeBar({ actualBytes, maxBytes }: SizeScale) {
  const most = Math.max(actualBytes, maxBytes, 1);
  const percent = (bytes: number) => `${((bytes / most) * 100).toFixed(2)}%`;
  return (
    <div class="size-bar" data-over={actualBytes > maxBytes ? '' : undefined}>
      <div class="size-bar-row">
        <span class="size-bar-track">
          <span class="size-bar-actual" style={{ width: percent(actualBytes) }} />
        </span>
        <span class="number">{formatBytes(actualBytes)}</span>
      </div>
      <div class="size-bar-row">
        <span class="size-bar-track">
          <span class="size-bar-max" style={{ width: percent(maxBytes) }} />
        </span>
        <span class="number">
          {formatBytes(maxBytes)} {strings.verdict.target}
        </span>
      </div>
    </div>
  );
}
