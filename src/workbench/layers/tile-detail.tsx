import { formatBytes } from '../../format/bytes.ts';
import type { ImageModel } from './image-model.ts';
import type { LayerNames } from './layer-names.ts';
import { shownName } from './shown-name.ts';
import { layerStrings } from './strings.ts';
import type { Tile } from './treemap-layout.ts';
import { LayerLink } from './waste-list.tsx';

const words = layerStrings.map;

interface Props {
  model: ImageModel;
  names: LayerNames;
  tile: Tile;
  onLine(line: number): void;
  onOpen(tile: Tile): void;
  onFiles(path: string, tile: Tile): void;
}

/** The chosen part in words: its whole path, its share, the line that brought it and the one that hides it. */
export function TileDetail({ model, names, tile, onLine, onOpen, onFiles }: Props) {
  const { kind, path, layer, hider } = tile;
  const share = model.sizeBytes === 0 ? 0 : (tile.bytes / model.sizeBytes) * 100;
  const folder = kind === 'folder' || (kind === 'more' && path !== '') ? path : path.slice(0, path.lastIndexOf('/'));
  return (
    <div class="tile-detail" role="status">
      <p>
        {path !== '' && <code>{shownName(path)}</code>} <span class="number">{formatBytes(tile.bytes)}</span>,{' '}
        <span class="number">{words.share(share < 0.1 ? '< 0.1 %' : `${share.toFixed(1)} %`)}</span>
      </p>
      <p class="tile-ways">
        {layer >= 0 ? <LayerLink {...{ layer, names, onLine }} /> : tile.fromBase && <span>{names.baseTitle}</span>}
        {layer >= 0 && !tile.fromBase && <code class="tile-instruction">{shownName(names.instruction(layer))}</code>}
        {hider !== undefined && (
          <span>
            {tile.deleted ? layerStrings.waste.deleted : layerStrings.waste.overwritten}{' '}
            <LayerLink {...{ layer: hider, names, onLine }} />
          </span>
        )}
        {kind === 'folder' && (
          <button type="button" class="line-button" onClick={() => onOpen(tile)}>
            {words.lookInto}
          </button>
        )}
        {kind !== 'unlisted' && (
          <button type="button" class="line-button" onClick={() => onFiles(folder, tile)}>
            {words.showFiles}
          </button>
        )}
      </p>
    </div>
  );
}
