import { formatBytes } from '../../format/bytes.ts';
import type { ImageModel } from './image-model.ts';
import { layerLimits } from './layer-limits.ts';
import type { LayerNames } from './layer-names.ts';
import { shownName } from './shown-name.ts';
import { layerStrings } from './strings.ts';

const words = layerStrings.waste;

interface Props {
  model: ImageModel;
  names: LayerNames;
  onLine(line: number): void;
}

/** What a later layer hides, with the two lines that it takes to waste something. */
export function WasteList({ model, names, onLine }: Props) {
  if (model.wastedBytes === 0) return null;
  const shown = model.waste.slice(0, layerLimits.wasteShownMax);
  const rest = model.waste.slice(shown.length);
  return (
    <section class="waste" aria-label={words.title(model.wastedBytes)}>
      <h3>
        <i class="layer-wasted" aria-hidden="true" /> {words.title(model.wastedBytes)}
      </h3>
      <p>{words.why}</p>
      <ul>
        {shown.map(({ owner, hider, deleted, bytes, count, path }) => (
          <li key={`${owner} ${hider} ${deleted}`}>
            <span class="number">{formatBytes(bytes)}</span>
            <span>
              <code>{words.part(count, shownName(path))}</code>
              <br />
              {words.written} <LayerLink {...{ layer: owner, names, onLine }} />,{' '}
              {deleted ? words.deleted : words.overwritten} <LayerLink {...{ layer: hider, names, onLine }} />
            </span>
          </li>
        ))}
      </ul>
      {rest.length > 0 && (
        <p>
          {words.more(
            rest.length,
            rest.reduce((sum, { bytes }) => sum + bytes, 0),
          )}
        </p>
      )}
    </section>
  );
}

/** A layer by its line, which can be gone to; the base by its name. */
export function LayerLink({ layer, names, onLine }: { layer: number; names: LayerNames; onLine(line: number): void }) {
  const line = names.line(layer);
  const instruction = shownName(names.instruction(layer));
  if (line === undefined) return <span title={instruction}>{names.title(layer)}</span>;
  return (
    <button
      type="button"
      class="line-button number"
      title={instruction}
      data-stage={names.hue(layer)}
      onClick={() => onLine(line)}
    >
      {names.title(layer)}
    </button>
  );
}
