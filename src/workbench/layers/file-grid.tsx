// biome-ignore-all lint/a11y/useSemanticElements: rows of a table can't be put in a scrolling window of their own.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and says by aria-activedescendant where.
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../../format/bytes.ts';
import { bytesOfRow, type FileQuery, type FileRow, modeText, type Row, type SortKey } from './file-rows.ts';
import { layerLimits } from './layer-limits.ts';
import type { LayerNames } from './layer-names.ts';
import { shownName } from './shown-name.ts';
import { layerStrings } from './strings.ts';

const words = layerStrings.files;
const { rowHeightPx, rowsShownMax } = layerLimits;

interface Props {
  rows: readonly Row[];
  names: LayerNames;
  query: FileQuery;
  onToggle(path: string, open: boolean): void;
  onSort(sort: SortKey): void;
  onLine(line: number): void;
}

/** A tree grid of any length: only the rows on screen are in the page. One stop for Tab, arrows between rows. */
export function FileGrid({ rows, names, query, onToggle, onSort, onLine }: Props) {
  const { body, top, setTop, at, choose } = useChosenRow(rows.length, query);
  const lineOf = (row: Row | undefined) => (row?.type === 'file' ? names.line(row.file.layer) : undefined);
  const press = (event: KeyboardEvent) => {
    const next = keyAction(event.key, { rows, at });
    const line = event.key === 'Enter' ? lineOf(rows[at]) : undefined;
    if (next === undefined && line === undefined) return;
    event.preventDefault();
    if (line !== undefined) onLine(line);
    else if (typeof next === 'number') choose(next);
    else if (next) onToggle(next.path, next.open);
  };
  const first = Math.max(0, Math.floor(top / rowHeightPx) - 4);
  const shown = rows.slice(first, first + rowsShownMax + 9);
  const height = Math.min(rowsShownMax, Math.max(3, rows.length)) * rowHeightPx;
  return (
    <div
      class="file-grid"
      role="treegrid"
      aria-label={words.label}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      aria-activedescendant={rows.length > 0 ? rowId(at) : undefined}
      onKeyDown={press}
    >
      <Head query={query} onSort={onSort} />
      <div
        class="file-body"
        role="rowgroup"
        ref={body}
        style={{ height: `${height}px` }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div role="presentation" style={{ height: `${rows.length * rowHeightPx}px` }}>
          <div role="presentation" style={{ transform: `translateY(${first * rowHeightPx}px)` }}>
            {shown.map((row, index) => (
              <RowView
                key={row.key}
                {...{ row, names, onLine }}
                index={first + index}
                current={first + index === at}
                onChoose={() => {
                  choose(first + index);
                  if (row.type === 'folder') onToggle(row.path, !row.open);
                }}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

/** Which row the keys are at, scrolled into sight; the first one again when something else is asked for. */
function useChosenRow(count: number, query: FileQuery) {
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [chosen, setChosen] = useState(0);
  useEffect(() => {
    setChosen(0);
    if (body.current) body.current.scrollTop = 0;
  }, [query]);
  const choose = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setChosen(next);
    const view = body.current;
    if (!view) return;
    if (next * rowHeightPx < view.scrollTop) view.scrollTop = next * rowHeightPx;
    const bottom = (next + 1) * rowHeightPx - view.clientHeight;
    if (bottom > view.scrollTop) view.scrollTop = bottom;
  };
  return { body, top, setTop, at: Math.min(chosen, Math.max(0, count - 1)), choose };
}

const rowId = (index: number) => `layer-file-${index}`;

/** Where a key leads: to a row, or to a folder being opened or closed; undefined when it is not for the list. */
function keyAction(
  key: string,
  { rows, at }: { rows: readonly Row[]; at: number },
): number | { path: string; open: boolean } | undefined {
  const row = rows[at];
  const steps: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + rowsShownMax,
    PageUp: at - rowsShownMax,
    Home: 0,
    End: rows.length - 1,
  };
  if (key in steps) return steps[key];
  if (row === undefined) return undefined;
  if (row.type === 'folder') {
    if ((key === 'ArrowRight' && !row.open) || (key === 'ArrowLeft' && row.open) || key === 'Enter' || key === ' ')
      return { path: row.path, open: !row.open };
    if (key === 'ArrowRight') return at + 1;
  }
  if (key !== 'ArrowLeft') return undefined;
  const parent = rows.slice(0, at).findLastIndex(({ level }) => level < row.level);
  return parent < 0 ? undefined : parent;
}

function Head({ query, onSort }: Pick<Props, 'query' | 'onSort'>) {
  const column = (label: string, sort?: SortKey) => (
    <span
      role="columnheader"
      aria-sort={
        sort === undefined ? undefined : query.sort !== sort ? 'none' : query.ascending ? 'ascending' : 'descending'
      }
    >
      {sort === undefined ? (
        label
      ) : (
        <button type="button" title={words.sortBy(label)} onClick={() => onSort(sort)}>
          {label}
          <span aria-hidden="true">{query.sort === sort ? (query.ascending ? ' ↑' : ' ↓') : ''}</span>
        </button>
      )}
    </span>
  );
  return (
    <div role="rowgroup">
      <div class="file-row file-head" role="row" aria-rowindex={1}>
        {column(words.columns.name, 'name')}
        {column(words.columns.mark)}
        {column(words.columns.line, 'line')}
        {column(words.columns.size, 'size')}
      </div>
    </div>
  );
}

interface RowProps {
  row: Row;
  names: LayerNames;
  index: number;
  current: boolean;
  onChoose(): void;
  onLine(line: number): void;
}

function RowView({ row, names, index, current, onChoose, onLine }: RowProps) {
  const indent = { paddingInlineStart: `${Math.min(row.level - 1, 12) * 12}px` };
  const name = shownName(row.name);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys, as the row itself never has the focus.
    <div
      class="file-row"
      role="row"
      id={rowId(index)}
      aria-rowindex={index + 2}
      aria-level={row.level}
      aria-expanded={row.type === 'folder' ? row.open : undefined}
      aria-selected={current}
      data-kind={row.type === 'file' ? row.file.kind : undefined}
      title={row.type === 'file' ? fileTitle(row, names) : shownName(row.path)}
      onClick={onChoose}
    >
      <span role="gridcell" class="file-name" style={indent}>
        <span class="file-twist" aria-hidden="true">
          {row.type === 'folder' && (row.open ? '▾' : '▸')}
        </span>
        {row.type === 'folder' ? `${name}/` : name}
        {row.type === 'file' && row.file.entry.linkTarget !== undefined && (
          <span class="file-target"> {words.linkTo(shownName(row.file.entry.linkTarget))}</span>
        )}
      </span>
      <span role="gridcell" class="file-mark">
        {row.type === 'file' ? words.marks[row.file.kind] : <span class="file-count">{words.inFolder(row.count)}</span>}
      </span>
      <span role="gridcell" class="file-line number">
        {row.type === 'file' && <LineCell layer={row.file.layer} names={names} onLine={onLine} />}
      </span>
      <span role="gridcell" class="file-size number">
        {formatBytes(bytesOfRow(row))}
      </span>
    </div>
  );
}

function LineCell({ layer, names, onLine }: { layer: number; names: LayerNames; onLine(line: number): void }) {
  const line = names.line(layer);
  if (line === undefined) return <span class="file-base">{names.hue(layer) === undefined ? words.base : ''}</span>;
  return (
    <button
      type="button"
      class="line-button"
      tabIndex={-1}
      data-stage={names.hue(layer)}
      aria-label={names.title(layer)}
      onClick={(event) => {
        event.stopPropagation();
        onLine(line);
      }}
    >
      {line}
    </button>
  );
}

/** All that is known of a file, in a line. */
function fileTitle({ file }: FileRow, names: LayerNames): string {
  const { entry, hider, layer } = file;
  return [
    shownName(file.path),
    modeText(file.type, entry.mode),
    words.owner(entry.uid, entry.gid),
    `${names.title(layer)} ${shownName(names.instruction(layer))}`.trim(),
    ...(hider === undefined ? [] : [words.hiddenBy(names.title(hider))]),
    ...(entry.linked ? [words.linked] : []),
  ].join('\n');
}
