/** What a layer is called, and its colour: that of the stage whose line made it, as in the editor's margin. */
import { type ScannedStages, scanStages, stageHues } from '../../stages/scan-stages.ts';
import type { ImageModel } from './image-model.ts';
import { layerStrings } from './strings.ts';

const words = layerStrings.map;

export interface LayerNames {
  /** `Line 4`, or the name of the base. */
  title(layer: number): string;
  /** `RUN npm ci`; empty for the base. */
  instruction(layer: number): string;
  line(layer: number): number | undefined;
  /** Undefined for the base. */
  hue(layer: number): number | undefined;
  baseTitle: string;
}

export function layerNames(model: ImageModel, dockerfile: string): LayerNames {
  const scanned = scanStages(dockerfile);
  const baseTitle = words.base(model.baseImage);
  const at = (layer: number) => model.layers[layer];
  return {
    baseTitle,
    title: (layer) => {
      const found = at(layer);
      if (found?.fromBase) return baseTitle;
      return found?.line === undefined ? words.layer(layer + 1) : words.line(found.line);
    },
    instruction: (layer) => (at(layer)?.fromBase ? '' : (at(layer)?.instruction ?? '')),
    line: (layer) => at(layer)?.line,
    hue: (layer) => hueOf(at(layer)?.line, scanned),
  };
}

function hueOf(line: number | undefined, { stageOfLine }: ScannedStages): number | undefined {
  const stage = line === undefined ? -1 : (stageOfLine[line - 1] ?? -1);
  return stage < 0 ? undefined : stage % stageHues;
}
