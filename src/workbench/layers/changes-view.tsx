import { useMemo } from 'preact/hooks';
import { formatBytes } from '../../format/bytes.ts';
import { type Comparison, compareImages } from './compare.ts';
import type { ImageModel } from './image-model.ts';
import { layerLimits } from './layer-limits.ts';
import { shownName } from './shown-name.ts';
import { layerStrings } from './strings.ts';

const words = layerStrings.compare;

/** Which folders came, went, grew and shrank between two attempts. */
export function ChangesView({ before, after }: { before: ImageModel; after: ImageModel }) {
  const known = before.complete && after.complete;
  const comparison = useMemo(() => (known ? compareImages(before, after) : undefined), [before, after, known]);
  const by = after.sizeBytes - before.sizeBytes;
  return (
    <>
      <p class="number">
        {formatBytes(before.sizeBytes)} → {formatBytes(after.sizeBytes)}, {differenceText(by)}
      </p>
      {comparison === undefined && <p>{words.noFiles}</p>}
      {comparison?.changes.length === 0 && <p>{words.same}</p>}
      {comparison && comparison.changes.length > 0 && <Changes comparison={comparison} />}
    </>
  );
}

export function differenceText(bytes: number): string {
  if (bytes === 0) return words.equal;
  return bytes < 0 ? words.smaller(formatBytes(-bytes)) : words.larger(formatBytes(bytes));
}

function Changes({ comparison: { changes } }: { comparison: Comparison }) {
  const shown = changes.slice(0, layerLimits.changesShownMax);
  const rest = changes.slice(shown.length);
  const most = Math.max(1, ...shown.map(({ beforeBytes, afterBytes }) => Math.abs(afterBytes - beforeBytes)));
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">{words.columns.what}</th>
          <th scope="col">{words.columns.where}</th>
          <th scope="col">{words.columns.before}</th>
          <th scope="col">{words.columns.after}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ path, kind, beforeBytes, afterBytes }) => (
          <tr key={path} data-kind={kind}>
            <td>{words.kinds[kind]}</td>
            <th scope="row">
              <code title={shownName(path)}>{shownName(path)}</code>
              <span
                class="change-bar"
                aria-hidden="true"
                style={{ width: `${((Math.abs(afterBytes - beforeBytes) / most) * 100).toFixed(1)}%` }}
              />
            </th>
            <td class="number">{beforeBytes > 0 ? formatBytes(beforeBytes) : '–'}</td>
            <td class="number">{afterBytes > 0 ? formatBytes(afterBytes) : '–'}</td>
          </tr>
        ))}
      </tbody>
      {rest.length > 0 && (
        <tfoot>
          <tr>
            <td colSpan={4}>
              {words.more(
                rest.length,
                rest.reduce((sum, { beforeBytes, afterBytes }) => sum + Math.abs(afterBytes - beforeBytes), 0),
              )}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
