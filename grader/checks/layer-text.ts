import { instructionOf } from '../contract/instruction-of.ts';
import type { ImageEvidence } from '../evidence/evidence.ts';
import { onLine, quote } from './show.ts';

type Layer = ImageEvidence['layers'][number];

/** `` `RUN npm ci` on line 4``, or that the base image brought it. */
export function layerTitle(layer: Layer | undefined): string {
  if (layer === undefined) return 'an unknown layer';
  if (layer.fromBase) return 'the base image';
  const instruction = instructionOf(layer.createdBy).trim();
  return instruction === '' ? `a layer${onLine(layer.line)}` : `${quote(instruction, 80)}${onLine(layer.line)}`;
}
