import { useMemo } from 'preact/hooks';
import { formatBytes } from '../../format/bytes.ts';
import { type ChangeRow, ChangeTable } from './change-table.tsx';
import { compareImages, type FolderChange } from './compare.ts';
import { compareLayers, type LayerChange } from './compare-layers.ts';
import type { ImageModel } from './image-model.ts';
import { layerLimits } from './layer-limits.ts';
import { shownName } from './shown-name.ts';
import { layerStrings } from './strings.ts';

const words = layerStrings.compare;

interface Props {
  before: ImageModel;
  after: ImageModel;
  onLine(line: number): void;
}

/** What changed from one image to another: folder by folder as a container sees them, and layer by layer. */
export function ChangesView({ before, after, onLine }: Props) {
  const known = before.complete && after.complete;
  const changes = useMemo(() => (known ? compareImages(before, after).changes : undefined), [before, after, known]);
  const layers = useMemo(() => compareLayers(before, after), [before, after]);
  const by = after.sizeBytes - before.sizeBytes;
  const bases = [before, after].map(({ baseImage }) => baseImage ?? words.noBase);
  return (
    <>
      <p class="number">
        {formatBytes(before.sizeBytes)} → {formatBytes(after.sizeBytes)}, {differenceText(by)}
      </p>
      {changes === undefined && <p>{words.noFiles}</p>}
      {changes?.length === 0 && <p>{words.same}</p>}
      {changes && changes.length > 0 && <FolderTable changes={changes} />}
      <ChangeTable
        caption={words.byLayer}
        where={words.columns.layer}
        rows={layers.map((layer, index) => layerRow(layer, { key: String(index), bases, onLine }))}
      />
    </>
  );
}

export function differenceText(bytes: number): string {
  if (bytes === 0) return words.equal;
  return bytes < 0 ? words.smaller(formatBytes(-bytes)) : words.larger(formatBytes(bytes));
}

function FolderTable({ changes }: { changes: readonly FolderChange[] }) {
  const rest = changes.slice(layerLimits.changesShownMax);
  const restBytes = rest.reduce((sum, { beforeBytes, afterBytes }) => sum + Math.abs(afterBytes - beforeBytes), 0);
  const rows = changes.slice(0, layerLimits.changesShownMax).map(
    ({ path, kind, beforeBytes, afterBytes }): ChangeRow => ({
      ...{ key: path, kind, where: <code title={shownName(path)}>{shownName(path)}</code> },
      beforeBytes: beforeBytes || undefined,
      afterBytes: afterBytes || undefined,
    }),
  );
  return (
    <ChangeTable
      caption={words.byFolder}
      where={words.columns.where}
      rows={rows}
      rest={rest.length > 0 ? words.more(rest.length, restBytes) : undefined}
    />
  );
}

interface LayerRowParts {
  key: string;
  /** Before and after. */
  bases: readonly string[];
  onLine(line: number): void;
}

function layerRow(layer: LayerChange, { key, bases, onLine }: LayerRowParts): ChangeRow {
  const { kind, beforeBytes, afterBytes, line } = layer;
  const named = [...new Set(bases)].join(' → ');
  const text = layer.base ? named : shownName(layer.instruction);
  const where = (
    <span class="layer-change">
      <code title={text}>{text}</code>
      {line !== undefined && (
        <button type="button" class="line-button" onClick={() => onLine(line)}>
          {layerStrings.map.line(line)}
        </button>
      )}
    </span>
  );
  return { key, kind, where, beforeBytes, afterBytes };
}
