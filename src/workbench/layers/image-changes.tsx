import { courseImageKindSchema } from '../../../grader/contract/layers.ts';
import { formatBytes } from '../../format/bytes.ts';
import { ChangesView } from './changes-view.tsx';
import type { ImageModel } from './image-model.ts';
import { layerStrings } from './strings.ts';
import type { OtherImage } from './use-other-image.ts';

const words = layerStrings.compare;

interface Props {
  model: ImageModel;
  other: OtherImage;
  onLine(line: number): void;
}

/** What changed against another attempt, the starter or, once earned, the solution. */
export function ImageChanges({ model, other, onLine }: Props) {
  const { picked, image } = other;
  return (
    <section class="image-changes" aria-label={words.region}>
      <div class="image-changes-head">
        <h3>{words.title}</h3>
        <PickOther other={other} />
      </div>
      {/* Always there, so that it is read out when it fills. */}
      <div role="status">
        {picked === undefined && <p>{words.none}</p>}
        {picked !== undefined && !image.model && !image.failure && (
          <p>{image.building && other.kind ? words.building[other.kind] : words.loading}</p>
        )}
      </div>
      {image.failure && (
        <p>
          {image.failure}{' '}
          {!image.lasting && (
            <button type="button" class="button" onClick={image.retry}>
              {layerStrings.retry}
            </button>
          )}
        </p>
      )}
      {image.model && <ChangesView before={image.model} after={model} onLine={onLine} />}
    </section>
  );
}

function PickOther({ other: { attempts, earned, picked, pick } }: Pick<Props, 'other'>) {
  return (
    <select aria-label={words.with} value={picked ?? ''} onChange={(event) => pick(event.currentTarget.value)}>
      {picked === undefined && <option value="">{words.choose}</option>}
      {attempts.map(({ id, attempt, sizeBytes = 0 }) => (
        <option key={id} value={id}>
          {words.attempt(attempt, formatBytes(sizeBytes))}
        </option>
      ))}
      {courseImageKindSchema.options.map((kind) => {
        const later = kind === 'solution' && !earned;
        return (
          <option key={kind} value={kind} disabled={later}>
            {later ? words.solutionLater : words.course[kind]}
          </option>
        );
      })}
    </select>
  );
}
