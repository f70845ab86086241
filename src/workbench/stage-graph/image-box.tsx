import type { CatalogueView } from '../../../grader/contract/exercise.ts';
import { formatBytes } from '../../format/bytes.ts';
import type { GraphImage } from './graph-facts.ts';
import type { Place } from './graph-layout.ts';
import { graphStrings as words } from './graph-strings.ts';
import { imageOf } from './size-floor.ts';
import { boxStyle } from './stage-box.tsx';

interface Props {
  image: GraphImage;
  images: CatalogueView['images'];
  place: Place | undefined;
  goTo(line: number): void;
}

/** An image that files are taken from without it being a stage. */
export function ImageBox({ image, images, place, goTo }: Props) {
  const known = imageOf(image.name, images);
  const size = known?.sizeBytes === undefined ? undefined : formatBytes(known.sizeBytes);
  const unknown = images.length > 0 && !known;
  return (
    <li class="graph-box graph-image" style={boxStyle(place)} data-unused={image.reachable ? undefined : ''}>
      <button type="button" class="graph-from" title={image.name} onClick={() => goTo(image.line)}>
        <code>{image.name}</code>
        <span class="graph-time">{unknown ? words.sizes.unknown : size}</span>
        <span class="visually-hidden">, {words.line(image.line)}</span>
      </button>
    </li>
  );
}
