import type { ComponentChildren } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiFailure } from '../../api/client.ts';
import { formatBytes } from '../../format/bytes.ts';
import { strings } from '../../strings.ts';
import { attemptBefore, useAttempts } from '../attempts/use-attempts.ts';
import { MeasuredSizesContext } from '../measured-sizes.ts';
import { isOver, type SubmissionView } from '../submission/submission-state.ts';
import { ChangesView } from './changes-view.tsx';
import { FileList, firstQuery } from './file-list.tsx';
import type { ImageModel } from './image-model.ts';
import { type LayerNames, layerNames } from './layer-names.ts';
import './layers.css';
import { loadImage } from './load-image.ts';
import { Legend, ScaleBars, type ScaleRow } from './scale-bars.tsx';
import { layerStrings as words } from './strings.ts';
import { TreemapView } from './treemap-view.tsx';
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
  const sizes = useContext(MeasuredSizesContext);
  const image = useImage(view.id);
  const attempts = useAttempts(exercise, view.id);
  const others = attempts.filter(({ id, sizeBytes }) => id !== view.id && sizeBytes !== undefined);
  const [picked, setPicked] = useState<string>();
  useEffect(() => setPicked(undefined), [view.id]);
  const other = others.find(({ id }) => id === picked) ?? attemptBefore(others, view.createdAt);
  const before = useImage(other?.id);
  const names = useMemo(() => image.model && layerNames(image.model, view.dockerfile), [image.model, view.dockerfile]);
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
  const rows: ScaleRow[] = [
    { label: words.thisAttempt(view.attempt), bytes: image.model.sizeBytes, parts: image.model, now: true },
    ...(other?.sizeBytes === undefined
      ? []
      : [{ label: words.thisAttempt(other.attempt), bytes: other.sizeBytes, parts: before.model }]),
    ...(sizes.starterBytes === undefined ? [] : [{ label: words.starter, bytes: sizes.starterBytes }]),
    ...(sizes.solutionBytes === undefined ? [] : [{ label: words.solution, bytes: sizes.solutionBytes }]),
  ];
  return (
    <div class="layers">
      <Head model={image.model} names={names} rows={rows} measured={sizes.starterBytes !== undefined} />
      <Parts key={view.id} model={image.model} names={names} onLine={onLine}>
        <section class="image-changes" aria-label={words.compare.title}>
          <div class="image-changes-head">
            <h3>{words.compare.title}</h3>
            {other && (
              <select
                aria-label={words.compare.with}
                value={other.id}
                onChange={(event) => setPicked(event.currentTarget.value)}
              >
                {others.map(({ id, attempt, sizeBytes = 0 }) => (
                  <option key={id} value={id}>
                    {words.compare.attempt(attempt, formatBytes(sizeBytes))}
                  </option>
                ))}
              </select>
            )}
          </div>
          {!other && <p>{words.compare.none}</p>}
          {other && !before.model && <p>{before.failure ?? words.compare.loading}</p>}
          {before.model && <ChangesView before={before.model} after={image.model} />}
        </section>
      </Parts>
    </div>
  );
}

interface HeadProps {
  model: ImageModel;
  names: LayerNames;
  rows: ScaleRow[];
  measured: boolean;
}

function Head({ model, names, rows, measured }: HeadProps) {
  const base = model.baseBytes > 0 ? words.from(model.baseBytes, model.baseImage) : undefined;
  const wasted = model.wastedBytes > 0 ? words.wasted(model.wastedBytes) : words.nothingWasted;
  const own = [...model.layers].reverse().find(({ fromBase, line }) => !fromBase && line !== undefined);
  const hue = own && names.hue(own.index);
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
      {measured && <p class="layers-note">{words.measured}</p>}
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

interface LoadedImage {
  model?: ImageModel;
  failure?: string;
  retry(): void;
}

function useImage(id: string | undefined): LoadedImage {
  const [loaded, setLoaded] = useState<{ id: string; model?: ImageModel; failure?: string }>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (id === undefined) return;
    const stop = new AbortController();
    loadImage(id, stop.signal).then(
      (model) => setLoaded({ id, model }),
      (error: unknown) => {
        const failure = error instanceof ApiFailure ? error.message : strings.api.unreachable;
        if (!stop.signal.aborted) setLoaded({ id, failure });
      },
    );
    return () => stop.abort();
  }, [id, round]);
  const retry = () => {
    setLoaded(undefined);
    setRound((before) => before + 1);
  };
  return loaded?.id === id ? { ...loaded, retry } : { retry };
}
