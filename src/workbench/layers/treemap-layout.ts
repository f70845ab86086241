/**
 * The treemap of an image as rectangles: a group per layer, in it the folders that take the room. What is too small to
 * carry a label is gathered into "n more", so that no sliver stands there without a name.
 */
import { hierarchy, treemap } from 'd3-hierarchy';
import { type Folder, folderTree } from './folder-tree.ts';
import { type ImageFile, type ImageLayer, type ImageModel, isHidden } from './image-model.ts';
import { layerLimits } from './layer-limits.ts';

export interface Tile {
  key: string;
  /** `group`: a layer, or all of the base; its own tiles lie in it. `unlisted`: a layer without its files. */
  kind: 'group' | 'folder' | 'file' | 'more' | 'wasted' | 'unlisted';
  /** Whole pixels. */
  x: number;
  y: number;
  width: number;
  height: number;
  bytes: number;
  /** Absolute; '' where it has none. */
  path: string;
  /** Of the layer that brought it; -1 for the base as a whole or several layers. */
  layer: number;
  fromBase: boolean;
  /** Of `more`: how many folders and files; of `wasted`: how many files. */
  count: number;
  /** Of `wasted`: the layer that hides it, and whether it deletes it. */
  hider: number | undefined;
  deleted: boolean;
}

type Spot = 'x' | 'y' | 'width' | 'height';
type Content = Omit<Tile, Spot>;
interface Group {
  content: Content;
  items: Content[];
}

/** Looking into one folder of one group. */
export interface Zoom {
  /** Key of the group. */
  group: string;
  path: string;
}

export interface TreemapLayout {
  width: number;
  height: number;
  tiles: Tile[];
  /** Layers that are too small to be drawn with a name. */
  leftOut: { layer: number; bytes: number }[];
}

export const groupHeaderPx = 22;

export function layoutTreemap(
  model: ImageModel,
  { width, zoom }: { width: number; zoom?: Zoom | undefined },
): TreemapLayout {
  let groups = groupsOf(model, { zoom, areaPx: width * heightMax(width) });
  const all = groups;
  let laid = place(groups, width);
  // Joining the smallest makes room for the others; a few rounds are enough, the rest has a name all the same.
  for (let round = 0; round < 4; round += 1) {
    const small = new Set(laid.tiles.filter(isSmall).map(({ key }) => key));
    if (small.size === 0) break;
    // A layer that can't carry its name is told in words.
    const kept = groups.filter(({ content }) => groups.length === 1 || !small.has(content.key));
    const joined = kept.map((group) => joinSmall(group, small));
    if (countItems(joined) === countItems(groups)) break;
    groups = joined;
    laid = place(groups, width);
  }
  const leftOut = all
    .filter((group) => !groups.some(({ content }) => content.key === group.content.key))
    .map(({ content: { layer, bytes } }) => ({ layer, bytes }));
  return { ...laid, leftOut: [...leftOut, ...tooSmall(model, { zoom, all })] };
}

const countItems = (groups: readonly Group[]) => groups.reduce((sum, { items }) => sum + 1 + items.length, 0);

const heightMax = (width: number) => Math.round(Math.min(300, Math.max(170, width * 0.62)));

const isSmall = ({ kind, width, height }: Tile) =>
  width < layerLimits.tileWidthPx * (kind === 'group' ? 1.4 : 1) ||
  height < layerLimits.tileHeightPx + (kind === 'group' ? groupHeaderPx : 0);

/** As tall as what it has to say: one file is a strip. */
function heightFor(groups: readonly Group[], width: number): number {
  const tiles = groups.reduce((sum, { items }) => sum + items.length, 0);
  const wanted = groups.length * groupHeaderPx + (tiles <= 1 ? 40 : tiles * 34);
  return Math.min(heightMax(width), Math.max(64, wanted));
}

function place(groups: readonly Group[], width: number): Omit<TreemapLayout, 'leftOut'> {
  interface Datum {
    content?: Content;
    children?: Datum[];
    bytes: number;
  }
  const height = heightFor(groups, width);
  const data: Datum = {
    bytes: 0,
    children: groups.map(({ content, items }) => ({
      content,
      bytes: 0,
      children: items.map((item) => ({ content: item, bytes: item.bytes })),
    })),
  };
  const root = hierarchy(data)
    .sum(({ bytes }) => bytes)
    .sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
  const layout = treemap<Datum>().size([width, height]).round(true).paddingInner(2);
  layout.paddingTop((node) => (node.depth === 1 ? groupHeaderPx : 0));
  const tiles = layout(root)
    .descendants()
    .flatMap(({ data: { content }, x0, y0, x1, y1 }) =>
      content === undefined ? [] : [{ ...content, x: x0, y: y0, width: x1 - x0, height: y1 - y0 }],
    );
  return { width, height, tiles };
}

interface Look {
  zoom: Zoom | undefined;
  areaPx: number;
}

function groupsOf(model: ImageModel, { zoom, areaPx }: Look): Group[] {
  const all = layerGroups(model).filter(({ key, bytes }) => bytes > 0 && (zoom === undefined || zoom.group === key));
  const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const pxOf = (bytes: number) => (total === 0 ? 0 : (bytes / total) * areaPx);
  // The largest is drawn whatever its size is.
  const headPx = groupHeaderPx * layerLimits.tileWidthPx;
  const shown = all.filter(({ bytes }) => pxOf(bytes) >= headPx);
  return shown.map((group) => ({ content: contentOf(group), items: itemsOf(group, { zoom, pxOf }) }));
}

/** Layers that were so small from the beginning that no group was made of them. */
function tooSmall(model: ImageModel, { zoom, all }: { zoom: Zoom | undefined; all: readonly Group[] }) {
  if (zoom) return [];
  return layerGroups(model)
    .filter(({ key, bytes }) => bytes > 0 && !all.some(({ content }) => content.key === key))
    .map((group) => ({ layer: belongs(group).layer, bytes: group.bytes }));
}

interface LayerGroup {
  key: string;
  layers: ImageLayer[];
  files: ImageFile[];
  bytes: number;
}

/** The base is one group however many layers it has: its lines are somebody else's. */
export function layerGroups({ layers, files }: ImageModel): LayerGroup[] {
  const groups = new Map<string, LayerGroup>();
  const keyOf = (layer: ImageLayer | undefined) => (layer?.fromBase ? 'base' : `layer-${layer?.index}`);
  for (const layer of layers) {
    const key = keyOf(layer);
    const group = groups.get(key) ?? { key, layers: [], files: [], bytes: 0 };
    group.layers.push(layer);
    if (layer.entries === undefined) group.bytes += layer.sizeBytes;
    groups.set(key, group);
  }
  for (const file of files) {
    const group = groups.get(keyOf(layers[file.layer]));
    group?.files.push(file);
    if (group) group.bytes += file.sizeBytes;
  }
  return [...groups.values()];
}

const belongs = ({ layers }: LayerGroup) => ({
  layer: layers.length === 1 ? (layers[0]?.index ?? -1) : -1,
  fromBase: layers[0]?.fromBase ?? false,
});

const contentOf = (group: LayerGroup): Content => ({
  ...{ key: group.key, kind: 'group', bytes: group.bytes, path: '', count: group.files.length },
  ...{ ...belongs(group), hider: undefined, deleted: false },
});

type Scale = { zoom: Zoom | undefined; pxOf: (bytes: number) => number };

function itemsOf(group: LayerGroup, { zoom, pxOf }: Scale): Content[] {
  const visible = group.files.filter(({ kind }) => !isHidden(kind));
  const tree = folderTree(zoom ? visible.filter(({ path }) => path.startsWith(`${zoom.path}/`)) : visible);
  // Looked into, a folder has the whole area.
  const scale = zoom ? (bytes: number) => pxOf((bytes / Math.max(1, tree.bytes)) * group.bytes) : pxOf;
  const items = split(group, tree, scale);
  if (zoom && zoom.path !== '') return items;
  items.push(...wastedItems(group));
  for (const layer of group.layers) {
    if (layer.entries !== undefined || layer.sizeBytes === 0) continue;
    const content = contentOf({ ...group, bytes: layer.sizeBytes, layers: [layer] });
    items.push({ ...content, key: `${group.key} unlisted ${layer.index}`, kind: 'unlisted' });
  }
  return items;
}

/** The largest folder is replaced by what is in it, again and again, as long as there is room to show it. */
function split(group: LayerGroup, tree: Folder<ImageFile>, pxOf: Scale['pxOf']): Content[] {
  let folders: Folder<ImageFile>[] = [tree];
  const done: Content[] = [];
  const { tilesPerLayerMax, splitAreaPx } = layerLimits;
  for (;;) {
    folders.sort((one, other) => other.bytes - one.bytes);
    const next = folders[0];
    const room = folders.length + done.length < tilesPerLayerMax;
    if (next === undefined || (next !== tree && (!room || pxOf(next.bytes) < splitAreaPx))) break;
    folders = [...folders.slice(1), ...[...next.folders.values()].filter(({ bytes }) => bytes > 0)];
    for (const file of next.files)
      if (file.sizeBytes > 0) done.push(tileOf(group, { ...file, kind: 'file', count: 1 }));
  }
  const rest = folders.map(({ path, bytes, count }) =>
    tileOf(group, { path, sizeBytes: bytes, kind: 'folder', count }),
  );
  return joinCrumbs(group, [...done, ...rest], pxOf);
}

function tileOf(
  group: LayerGroup,
  { path, sizeBytes, kind, count }: { path: string; sizeBytes: number; kind: 'file' | 'folder'; count: number },
): Content {
  const own = belongs(group);
  return { ...own, key: `${group.key} ${path}`, kind, bytes: sizeBytes, path, count, hider: undefined, deleted: false };
}

/** What can't carry a label by its area alone, before it is laid out: thousands of files are one tile. */
function joinCrumbs(group: LayerGroup, items: Content[], pxOf: Scale['pxOf']): Content[] {
  const least = layerLimits.tileWidthPx * layerLimits.tileHeightPx * 1.3;
  const small = new Set(items.filter(({ bytes }) => pxOf(bytes) < least).map(({ key }) => key));
  return joinSmall({ content: contentOf(group), items }, small).items;
}

function joinSmall({ content, items }: Group, small: ReadonlySet<string>): Group {
  const joined = items.filter((item) => item.kind === 'more' || (small.has(item.key) && item.kind !== 'wasted'));
  if (joined.length < 2) return { content, items };
  const bytes = joined.reduce((sum, item) => sum + item.bytes, 0);
  const count = joined.reduce((sum, item) => sum + (item.kind === 'more' ? item.count : 1), 0);
  const more: Content = {
    ...content,
    key: `${content.key} more`,
    kind: 'more',
    bytes,
    count,
    path: commonFolder(joined),
  };
  return { content, items: [...items.filter((item) => !joined.includes(item)), more] };
}

function commonFolder(items: readonly Content[]): string {
  let common = items[0]?.path.split('/').slice(0, -1) ?? [];
  for (const { path } of items) {
    const parts = path.split('/');
    common = common.slice(0, common.findIndex((part, at) => parts[at] !== part) >>> 0);
  }
  return common.join('/');
}

function wastedItems(group: LayerGroup): Content[] {
  const parts = new Map<string, Content>();
  for (const { kind, layer, hider, sizeBytes, path } of group.files) {
    if (!isHidden(kind)) continue;
    const key = `${group.key} wasted ${hider} ${kind}`;
    const part = parts.get(key) ?? {
      ...{ key, kind: 'wasted', bytes: 0, count: 0, path, layer, hider },
      ...{ fromBase: belongs(group).fromBase, deleted: kind === 'deleted' },
    };
    part.bytes += sizeBytes;
    part.count += 1;
    parts.set(key, part);
  }
  return [...parts.values()];
}
