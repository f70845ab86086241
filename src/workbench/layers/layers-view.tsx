import type { ComponentChildren } from 'preact';
import { useContext, useMemo, useRef, useState } from 'preact/hooks';
import { courseImageKindSchema } from '../../../grader/contract/layers.ts';
import { formatBytes } from '../../format/bytes.ts';
import { MeasuredSizesContext } from '../measured-sizes.ts';
import { isOver, type SubmissionView } from '../submission/submission-state.ts';
import { FileList, firstQuery } from './file-list.tsx';
import { ImageChanges } from './image-changes.tsx';
import type { ImageModel } from './image-model.ts';
import { type LayerNames, layerNames } from './layer-names.ts';
import './layers.css';
import { Legend, ScaleBars, type ScaleRow } from './scale-bars.tsx';
import { layerStrings as words } from './strings.ts';
import { TreemapView } from './treemap-view.tsx';
import { useImage } from './use-image.ts';
import { type OtherImage, useOtherImage } from './use-other-image.ts';
import { WasteList } from './waste-list.tsx';

interface Props {
  exercise: string;
  view: SubmissionView | undefined;
  onLine(line: number): void;
}

/** What is in the image that was built, and where it came from. */
export function LayersView(props: Props) {
  const { view } = props;
  if (!view) return <p class="layers-none">{words.none}</p>;
  // The report comes a moment after the verdict.
  const onItsWay = view.state === 'finished' && view.verdict !== 'grader_error' && view.report === undefined;
  if (!isOver(view.state) || onItsWay) return <p class="layers-none">{words.waiting}</p>;
  if (!view.report?.image) return <p class="layers-none">{words.noImage}</p>;
  return <BuiltImage {...props} view={view} />;
}

function BuiltImage({ exercise, view, onLine }: Props & { view: SubmissionView }) {
  const image = useImage({ submission: view.id });
  const other = useOtherImage(exercise, view);
  const names = useMemo(() => image.model && layerNames(image.model, view.dockerfile), [image.model, view.dockerfile]);
  const rows = useScaleRows({ attempt: view.attempt, model: image.model, other });
  if (image.failure) {
    return (
      <p class="layers-none">
        {words.failed} {image.failure}{' '}
        <button type="button" class="button" onClick={image.retry}>
          {words.retry}
        </button>
      </p>
    );
  }
  if (!image.model || !names) return <p class="layers-none">{words.loading}</p>;
  return (
    <div class="layers">
      <Head model={image.model} names={names} rows={rows} />
      <Parts key={view.id} model={image.model} names={names} onLine={onLine}>
        <ImageChanges model={image.model} other={other} onLine={onLine} />
      </Parts>
    </div>
  );
}

interface Scaled {
  attempt: number;
  model: ImageModel | undefined;
  other: OtherImage;
}

/** This image, what it is compared with, and the course's own: as measured, or as built here once they were. */
function useScaleRows({ attempt, model, other }: Scaled): ScaleRow[] {
  const sizes = useContext(MeasuredSizesContext);
  if (!model) return [];
  const rows: ScaleRow[] = [{ label: words.thisAttempt(attempt), bytes: model.sizeBytes, parts: model, now: true }];
  const before = other.image.model;
  if (other.attempt?.sizeBytes !== undefined) {
    rows.push({ label: words.thisAttempt(other.attempt.attempt), bytes: other.attempt.sizeBytes, parts: before });
  }
  const measured = { starter: sizes.starterBytes, solution: sizes.solutionBytes };
  for (const kind of courseImageKindSchema.options) {
    const bytes = measured[kind];
    if (kind === other.kind && before)
      rows.push({ label: words[kind], bytes: before.sizeBytes, parts: before, ofCourse: true });
    else if (bytes !== undefined) rows.push({ label: words[kind], bytes, ofCourse: true, measured: true });
  }
  return rows;
}

interface HeadProps {
  model: ImageModel;
  names: LayerNames;
  rows: ScaleRow[];
}

function Head({ model, names, rows }: HeadProps) {
  const base = model.baseBytes > 0 ? words.from(model.baseBytes, model.baseImage) : undefined;
  const wasted = model.wastedBytes > 0 ? words.wasted(model.wastedBytes) : words.nothingWasted;
  const own = [...model.layers].reverse().find(({ fromBase, line }) => !fromBase && line !== undefined);
  const hue = own && names.hue(own.index);
  const measured = rows.flatMap((row) => (row.measured ? row.label : []));
  const tooMany = model.layers.filter(({ unlisted }) => unlisted === 'too_many').map(({ index }) => names.title(index));
  return (
    <section class="layers-head">
      <h2>{words.title(formatBytes(model.sizeBytes))}</h2>
      <p>
        {words.sum(base, formatBytes(model.ownBytes))}
        {model.complete && `; ${wasted}`}
      </p>
      <ScaleBars rows={rows} hue={hue} />
      <Legend base={model.baseBytes > 0} wasted={model.wastedBytes > 0} hue={hue} />
      {measured.length > 0 && <p class="layers-note">{words.measured(measured)}</p>}
      {tooMany.length > 0 && <p class="layers-note">{words.tooMany(tooMany.join(', '))}</p>}
      {model.layers.some(({ unlisted }) => unlisted === 'not_kept') && <p class="layers-note">{words.notKept}</p>}
    </section>
  );
}

interface PartsProps {
  model: ImageModel;
  names: LayerNames;
  onLine(line: number): void;
  children: ComponentChildren;
}

/** The map, the waste and the list, which the map can lead to. */
function Parts({ model, names, onLine, children }: PartsProps) {
  const [query, setQuery] = useState(firstQuery);
  const list = useRef<HTMLElement>(null);
  const showFiles = (path: string, { layer, fromBase }: { layer: number; fromBase: boolean }) => {
    setQuery({ ...firstQuery, search: path, layer: fromBase ? 'base' : layer < 0 ? undefined : layer });
    list.current?.querySelector<HTMLElement>('[role="treegrid"]')?.focus();
    list.current?.scrollIntoView({ block: 'start' });
  };
  return (
    <>
      <TreemapView {...{ model, names, onLine }} onFiles={showFiles} />
      <WasteList {...{ model, names, onLine }} />
      {children}
      <section class="files" aria-label={words.files.title} ref={list}>
        <h3>{words.files.title}</h3>
        <FileList {...{ model, names, query, onLine }} onQuery={setQuery} />
      </section>
    </>
  );
}
