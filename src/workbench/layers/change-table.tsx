import type { ComponentChildren } from 'preact';
import { formatBytes } from '../../format/bytes.ts';
import './changes.css';
import { layerStrings } from './strings.ts';

const words = layerStrings.compare;

export interface ChangeRow {
  key: string;
  kind: keyof typeof words.kinds;
  where: ComponentChildren;
  /** Undefined where it is not. */
  beforeBytes: number | undefined;
  afterBytes: number | undefined;
}

interface Props {
  caption: string;
  where: string;
  rows: readonly ChangeRow[];
  /** Said of rows that are left out. */
  rest?: string | undefined;
}

const byOf = ({ beforeBytes = 0, afterBytes = 0 }: ChangeRow) => Math.abs(afterBytes - beforeBytes);
const sizeText = (bytes: number | undefined) => (bytes === undefined ? '–' : formatBytes(bytes));

/** Sizes before and now, with the differences drawn to one scale. */
export function ChangeTable({ caption, where, rows, rest }: Props) {
  const most = Math.max(1, ...rows.map(byOf));
  return (
    <table class="changes">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words.columns.what}</th>
          <th scope="col">{where}</th>
          <th scope="col">{words.columns.before}</th>
          <th scope="col">{words.columns.after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-kind={row.kind}>
            <td>{words.kinds[row.kind]}</td>
            <th scope="row">
              {row.where}
              {byOf(row) > 0 && (
                <span
                  class="change-bar"
                  aria-hidden="true"
                  style={{ width: `${((byOf(row) / most) * 100).toFixed(1)}%` }}
                />
              )}
            </th>
            <td class="number">{sizeText(row.beforeBytes)}</td>
            <td class="number">{sizeText(row.afterBytes)}</td>
          </tr>
        ))}
      </tbody>
      {rest !== undefined && (
        <tfoot>
          <tr>
            <td colSpan={4}>{rest}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
