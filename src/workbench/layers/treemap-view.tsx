import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../../format/bytes.ts';
import { nameOf } from './folder-tree.ts';
import type { ImageModel } from './image-model.ts';
import type { LayerNames } from './layer-names.ts';
import { shownName } from './shown-name.ts';
import { layerStrings } from './strings.ts';
import { TileDetail } from './tile-detail.tsx';
import { layoutTreemap, type Tile, type Zoom } from './treemap-layout.ts';
import { LayerLink } from './waste-list.tsx';

const words = layerStrings.map;

interface Props {
  model: ImageModel;
  names: LayerNames;
  onLine(line: number): void;
  /** Shows a folder of a layer in the list of files. */
  onFiles(path: string, tile: Tile): void;
}

/** The image as an area: every part a button, one stop for Tab, arrows between them. */
export function TreemapView({ model, names, onLine, onFiles }: Props) {
  const [zoom, setZoom] = useState<Zoom>();
  const [chosen, setChosen] = useState<string>();
  const { box, width } = useWidth();
  const { tiles, height, leftOut } = useMemo(() => layoutTreemap(model, { width, zoom }), [model, width, zoom]);
  const parts = tiles.filter(({ kind }) => kind !== 'group');
  const biggest = [...parts].sort((one, other) => other.bytes - one.bytes);
  const current = tiles.find(({ key }) => key === chosen) ?? biggest[0];
  const goInto = (next: Zoom | undefined) => {
    setZoom(next);
    setChosen(undefined);
  };
  const lookInto = (tile: Tile) => {
    if (tile.kind === 'folder') goInto({ group: tile.key.split(' ')[0] ?? '', path: tile.path });
  };
  const press = (event: KeyboardEvent) => {
    const next = current && neighbour(parts, current, event.key);
    if (next) setChosen(next.key);
    else if (event.key === 'Backspace' && zoom) goInto(outOf(zoom));
    else return;
    event.preventDefault();
    if (next) box.current?.querySelector<HTMLElement>(`[data-tile="${CSS.escape(next.key)}"]`)?.focus();
  };
  const label = words.label(
    biggest
      .slice(0, 3)
      .map((tile) => `${tileName(tile, names)} ${formatBytes(tile.bytes)}`)
      .join(', '),
  );
  return (
    <section class="treemap">
      {zoom && <Path zoom={zoom} names={names} onZoom={goInto} />}
      <fieldset class="treemap-box" aria-label={label} ref={box} style={{ height: `${height}px` }} onKeyDown={press}>
        {width > 0 &&
          tiles.map((tile) =>
            tile.kind === 'group' ? (
              <GroupHead key={tile.key} tile={tile} names={names} onLine={onLine} />
            ) : (
              <TilePart
                key={tile.key}
                tile={tile}
                names={names}
                current={tile.key === current?.key}
                onChoose={() => setChosen(tile.key)}
                onOpen={() => (tile.key === chosen ? lookInto(tile) : setChosen(tile.key))}
              />
            ),
          )}
      </fieldset>
      <p class="visually-hidden">{words.hint}</p>
      {leftOut.length > 0 && <LeftOut {...{ leftOut, names, onLine }} onZoom={goInto} />}
      {current && <TileDetail {...{ model, names, tile: current, onLine }} onOpen={lookInto} onFiles={onFiles} />}
    </section>
  );
}

interface LeftOutProps {
  leftOut: ReturnType<typeof layoutTreemap>['leftOut'];
  names: LayerNames;
  onLine(line: number): void;
  onZoom(zoom: Zoom): void;
}

function LeftOut({ leftOut, names, onLine, onZoom }: LeftOutProps) {
  return (
    <p class="treemap-left-out">
      {words.leftOut}{' '}
      {leftOut.map(({ layer, bytes }, index) => (
        <span key={layer}>
          {index > 0 && ', '}
          {layer < 0 ? names.baseTitle : <LayerLink {...{ layer, names, onLine }} />}{' '}
          {layer < 0 ? (
            <span class="number">{formatBytes(bytes)}</span>
          ) : (
            <button
              type="button"
              class="line-button number"
              aria-label={words.drawAlone(names.title(layer), formatBytes(bytes))}
              onClick={() => onZoom({ group: `layer-${layer}`, path: '' })}
            >
              {formatBytes(bytes)}
            </button>
          )}
        </span>
      ))}
    </p>
  );
}

function useWidth() {
  const box = useRef<HTMLFieldSetElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    setWidth(Math.floor(element.clientWidth));
    return () => observer.disconnect();
  }, []);
  return { box, width };
}

const outOf = ({ group, path }: Zoom): Zoom | undefined => {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent === '' ? undefined : { group, path: parent };
};

/** The nearest part in a direction, as the eye would go. */
function neighbour(parts: readonly Tile[], from: Tile, key: string): Tile | undefined {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!direction) return undefined;
  const [dx = 0, dy = 0] = direction;
  const middle = (tile: Tile) => [tile.x + tile.width / 2, tile.y + tile.height / 2] as const;
  const [x, y] = middle(from);
  let best: { tile: Tile; far: number } | undefined;
  for (const tile of parts) {
    const [tx, ty] = middle(tile);
    const along = (tx - x) * dx + (ty - y) * dy;
    if (tile.key === from.key || along <= 1) continue;
    const far = along + 2 * Math.abs((tx - x) * dy + (ty - y) * dx);
    if (best === undefined || far < best.far) best = { tile, far };
  }
  return best?.tile;
}

/** What a part is called, for the eye and the ear. */
export function tileName(tile: Tile, names: LayerNames): string {
  const hider = tile.hider === undefined ? undefined : names.title(tile.hider).toLowerCase();
  switch (tile.kind) {
    case 'more':
      return words.more(tile.count);
    case 'wasted':
      if (hider === undefined) return words.hiddenInBase;
      return tile.deleted ? words.deletedBy(hider) : words.overwrittenBy(hider);
    case 'unlisted':
      return words.unlisted;
    case 'folder':
      // With the folder above: there is a `bin` and a `lib` in many places.
      return `${shownName(tile.path.split('/').slice(-2).join('/').replace(/^\//, ''))}/`;
    default:
      return shownName(nameOf(tile.path));
  }
}

const place = ({ x, y, width, height }: Tile) => ({
  ...{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` },
});

const lookOf = (tile: Tile, names: LayerNames) => ({
  'data-kind': tile.kind,
  'data-base': tile.fromBase ? '' : undefined,
  'data-stage': tile.fromBase || tile.layer < 0 ? undefined : names.hue(tile.layer),
});

interface PartProps {
  tile: Tile;
  names: LayerNames;
  current: boolean;
  onChoose(): void;
  onOpen(): void;
}

function TilePart({ tile, names, current, onChoose, onOpen }: PartProps) {
  const name = tileName(tile, names);
  const wide = tile.width >= 40 && tile.height >= 17;
  return (
    <button
      type="button"
      class="tile"
      style={place(tile)}
      {...lookOf(tile, names)}
      data-tile={tile.key}
      aria-current={current ? 'true' : undefined}
      aria-label={`${name}, ${formatBytes(tile.bytes)}`}
      title={tile.path ? shownName(tile.path) : name}
      tabIndex={current ? 0 : -1}
      onFocus={onChoose}
      onClick={onOpen}
    >
      {wide && (
        <span class="tile-label" data-tall={tile.height >= 36 ? '' : undefined}>
          <span>{name}</span> {tile.height >= 36 && <span class="number">{formatBytes(tile.bytes)}</span>}
        </span>
      )}
    </button>
  );
}

/** The head of a layer: its line, which can be gone to. */
function GroupHead({ tile, names, onLine }: { tile: Tile; names: LayerNames; onLine(line: number): void }) {
  const title = tile.fromBase ? names.baseTitle : names.title(tile.layer);
  const line = tile.fromBase ? undefined : names.line(tile.layer);
  const instruction = tile.fromBase ? '' : shownName(names.instruction(tile.layer));
  const text = (
    <>
      <b>{title}</b> <span class="number">{formatBytes(tile.bytes)}</span> <span class="tile-code">{instruction}</span>
    </>
  );
  return (
    <div class="tile-group" style={place(tile)} {...lookOf(tile, names)}>
      {line === undefined ? (
        <span class="tile-head" title={title}>
          {text}
        </span>
      ) : (
        <button type="button" class="tile-head" title={instruction} onClick={() => onLine(line)}>
          {text}
        </button>
      )}
    </div>
  );
}

function Path({ zoom, names, onZoom }: { zoom: Zoom; names: LayerNames; onZoom(zoom: Zoom | undefined): void }) {
  const parts = zoom.path.split('/').slice(1);
  const layer = Number(zoom.group.replace('layer-', ''));
  return (
    <nav class="treemap-path" aria-label={words.path}>
      <button type="button" class="line-button" onClick={() => onZoom(undefined)}>
        {words.all}
      </button>
      <span>{zoom.group === 'base' ? names.baseTitle : names.title(layer)}</span>
      {parts.map((part, at) => {
        const path = `/${parts.slice(0, at + 1).join('/')}`;
        if (at === parts.length - 1) return <span key={path}>{shownName(part)}</span>;
        return (
          <button key={path} type="button" class="line-button" onClick={() => onZoom({ group: zoom.group, path })}>
            {shownName(part)}
          </button>
        );
      })}
    </nav>
  );
}
