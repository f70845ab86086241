import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { FileGrid } from './file-grid.tsx';
import { type FileQuery, type FileSource, fileRows, selectFiles } from './file-rows.ts';
import { type FileKind, fileKinds, type ImageModel } from './image-model.ts';
import { layerLimits } from './layer-limits.ts';
import type { LayerNames } from './layer-names.ts';
import { shownName } from './shown-name.ts';
import { layerStrings } from './strings.ts';

const words = layerStrings.files;

export const firstQuery: FileQuery = {
  ...{ search: '', layer: undefined, kind: undefined },
  ...{ sort: 'size', ascending: false, asFolders: true },
};

interface Props {
  model: ImageModel;
  names: LayerNames;
  query: FileQuery;
  onQuery(query: FileQuery): void;
  onLine(line: number): void;
}

/** Every file of the image, to be searched, filtered and sorted; as many as there are, a screenful at a time. */
export function FileList({ model, names, query, onQuery, onLine }: Props) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const source = useMemo<FileSource>(
    () => ({
      files: model.files,
      fromBase: (layer) => model.layers[layer]?.fromBase ?? false,
      lineOf: (layer) => model.layers[layer]?.line,
    }),
    [model],
  );
  const rows = useMemo(() => fileRows(source, { query, opened, closed }), [source, query, opened, closed]);
  const found = useMemo(() => selectFiles(source, query).length, [source, query]);
  const toggle = (path: string, open: boolean) => {
    setOpened((before) => withMember(before, path, open));
    setClosed((before) => withMember(before, path, !open));
  };
  if (model.files.length === 0) return <p>{words.none}</p>;
  return (
    <>
      <Controls {...{ model, names, query, onQuery }} />
      <p class="files-count number" role="status">
        {found === 0 ? words.nothing : words.count(found, model.files.length)}
      </p>
      <FileGrid
        {...{ rows, names, query, onLine }}
        onToggle={toggle}
        onSort={(sort) =>
          onQuery({ ...query, sort, ascending: query.sort === sort ? !query.ascending : sort !== 'size' })
        }
      />
    </>
  );
}

function withMember(set: ReadonlySet<string>, member: string, is: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (is) next.add(member);
  else next.delete(member);
  return next;
}

function Controls({ model, names, query, onQuery }: Omit<Props, 'onLine'>) {
  const own = model.layers.filter(({ fromBase, entries }) => !fromBase && entries !== undefined && entries.length > 0);
  const layerOf = (value: string) => (value === '' ? undefined : value === 'base' ? 'base' : Number(value));
  return (
    <div class="files-controls">
      <SearchField value={query.search} onChange={(search) => onQuery({ ...query, search })} />
      <select
        aria-label={words.layer}
        value={query.layer ?? ''}
        onChange={(event) => onQuery({ ...query, layer: layerOf(event.currentTarget.value) })}
      >
        <option value="">{words.allLayers}</option>
        {model.layers.some(({ fromBase }) => fromBase) && <option value="base">{names.baseTitle}</option>}
        {own.map(({ index }) => (
          <option key={index} value={index}>
            {names.title(index)}: {shownName(names.instruction(index)).slice(0, 60)}
          </option>
        ))}
      </select>
      <select
        aria-label={words.kind}
        value={query.kind ?? ''}
        onChange={(event) =>
          onQuery({ ...query, kind: (event.currentTarget.value || undefined) as FileKind | undefined })
        }
      >
        <option value="">{words.allKinds}</option>
        {fileKinds.map((kind) => (
          <option key={kind} value={kind}>
            {words.kinds[kind]}
          </option>
        ))}
      </select>
      <label>
        <input
          type="checkbox"
          checked={query.asFolders}
          onChange={(event) => onQuery({ ...query, asFolders: event.currentTarget.checked })}
        />
        {words.asFolders}
      </label>
    </div>
  );
}

/** What is typed is there at once; the list follows when the fingers rest, as it may be long. */
function SearchField({ value, onChange }: { value: string; onChange(value: string): void }) {
  const [text, setText] = useState(value);
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => change.current(text), layerLimits.searchRestMs);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <input
      type="search"
      aria-label={words.search}
      placeholder={words.searchHint}
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
    />
  );
}
