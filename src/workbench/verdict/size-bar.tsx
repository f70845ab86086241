import { useContext } from 'preact/hooks';
import { formatBytes } from '../../format/bytes.ts';
import { strings } from '../../strings.ts';
import { useAttempts } from '../attempts/use-attempts.ts';
import { MeasuredSizesContext } from '../measured-sizes.ts';
import { bestSize } from './best-size.ts';
import type { SizeScale } from './size-scale.ts';

const words = strings.verdict;

/** What was found and what is allowed, as two lengths on one scale; of an image also its starter and the best so far. */
export function SizeBar(scale: SizeScale) {
  const { actualBytes, maxBytes } = scale;
  return scale.ofImage ? <ImageSizes {...scale} /> : <Bars {...{ actualBytes, maxBytes }} />;
}

function ImageSizes({ actualBytes, maxBytes, starterBytes: builtHere }: SizeScale) {
  const measured = useContext(MeasuredSizesContext);
  const { exercise } = measured;
  // What the limit is a share of, before what was measured for the course.
  const starterBytes = builtHere ?? measured.starterBytes;
  const best = bestSize(useAttempts(exercise, String(actualBytes)));
  const others = [
    ...(best === undefined ? [] : [{ bytes: best, label: words.best }]),
    ...(starterBytes === undefined ? [] : [{ bytes: starterBytes, label: words.starter }]),
  ];
  return <Bars {...{ actualBytes, maxBytes, others }} />;
}

interface BarsProps {
  actualBytes: number;
  maxBytes: number;
  others?: readonly { bytes: number; label: string }[];
}

function Bars({ actualBytes, maxBytes, others = [] }: BarsProps) {
  const most = Math.max(actualBytes, maxBytes, ...others.map(({ bytes }) => bytes), 1);
  const rows = [
    { bytes: actualBytes, label: '', kind: 'size-bar-actual' },
    ...[{ bytes: maxBytes, label: words.target }, ...others].map((row) => ({ ...row, kind: 'size-bar-max' })),
  ];
  return (
    <div class="size-bar" data-over={actualBytes > maxBytes ? '' : undefined}>
      {rows.map(({ bytes, label, kind }) => (
        <div class="size-bar-row" key={label}>
          <span class="size-bar-track">
            <span class={kind} style={{ width: `${((bytes / most) * 100).toFixed(2)}%` }} />
          </span>
          <span class="number">
            {formatBytes(bytes)} {label}
          </span>
        </div>
      ))}
    </div>
  );
}
