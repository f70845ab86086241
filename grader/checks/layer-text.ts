import type { ImageEvidence } from '../evidence/evidence.ts';
import { onLine, quote } from './show.ts';

type Layer = ImageEvidence['layers'][number];

/** History as its author wrote it: `RUN |1 A=b /bin/sh -c npm ci # buildkit` → `RUN npm ci`. */
export function instructionOf(createdBy: string): string {
  const text = createdBy.replace(/\s*# buildkit$/, '');
  const shell = /^(?:RUN )?(?:\|\d+ [\s\S]*? )?\/bin\/(?:ba|a)?sh (?:\S+ ){0,4}?-\w*c (?<command>[\s\S]*)$/.exec(text);
  const command = shell?.groups?.command;
  return command === undefined ? text : `RUN ${command}`;
}

/** `` `RUN npm ci` on line 4``, or that the base image brought it. */
export function layerTitle(layer: Layer | undefined): string {
  if (layer === undefined) return 'an unknown layer';
  if (layer.fromBase) return 'the base image';
  const instruction = instructionOf(layer.createdBy).trim();
  return instruction === '' ? `a layer${onLine(layer.line)}` : `${quote(instruction, 80)}${onLine(layer.line)}`;
}
