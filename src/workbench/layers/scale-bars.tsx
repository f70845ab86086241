import { formatBytes } from '../../format/bytes.ts';
import type { ImageModel } from './image-model.ts';
import { layerStrings } from './strings.ts';

export interface ScaleRow {
  label: string;
  bytes: number;
  /** What it is made of, where that is known. */
  parts?: Pick<ImageModel, 'baseBytes' | 'ownBytes' | 'wastedBytes'> | undefined;
  now?: boolean;
  /** Of the course: nothing of it is the learner's. */
  ofCourse?: boolean;
  /** Said by the course, not built here. */
  measured?: boolean;
}

/** Sizes as lengths on one scale, this image's with what the base brought, what is one's own and what is wasted. */
export function ScaleBars({ rows, hue }: { rows: readonly ScaleRow[]; hue: number | undefined }) {
  const most = Math.max(1, ...rows.map(({ bytes }) => bytes));
  const width = (bytes: number) => ({ width: `${((bytes / most) * 100).toFixed(2)}%` });
  return (
    <dl class="scale-bars" data-stage={hue}>
      {rows.map(({ label, bytes, parts, now, ofCourse }) => (
        <div key={label} data-now={now ? '' : undefined} data-course={ofCourse ? '' : undefined}>
          <dt>{label}</dt>
          <dd>
            <span class="scale-track" aria-hidden="true">
              {parts ? (
                <>
                  <span class="layer-base" style={width(parts.baseBytes)} />
                  <span class="layer-own" style={width(Math.max(0, bytes - parts.baseBytes - parts.wastedBytes))} />
                  <span class="layer-wasted" style={width(parts.wastedBytes)} />
                </>
              ) : (
                <span class="scale-plain" style={width(bytes)} />
              )}
            </span>
            <span class="number">{formatBytes(bytes)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Legend({ wasted, base, hue }: { wasted: boolean; base: boolean; hue: number | undefined }) {
  const { legend } = layerStrings;
  return (
    <p class="layer-legend" data-stage={hue}>
      {base && (
        <span>
          <i class="layer-base" aria-hidden="true" /> {legend.base}
        </span>
      )}
      <span>
        <i class="layer-own" aria-hidden="true" /> {legend.own}
      </span>
      {wasted && (
        <span>
          <i class="layer-wasted" aria-hidden="true" /> {legend.wasted}
        </span>
      )}
    </p>
  );
}
