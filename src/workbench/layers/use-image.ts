import { useEffect, useState } from 'preact/hooks';
import type { CourseImageKind } from '../../../grader/contract/layers.ts';
import { ApiFailure } from '../../api/client.ts';
import { strings } from '../../strings.ts';
import type { ImageModel } from './image-model.ts';
import { loadCourseImage, loadImage } from './load-image.ts';

/** An image of one's own by its submission, or one of the course. */
export type ImageSource = { submission: string } | { slug: string; kind: CourseImageKind };

interface Found {
  model?: ImageModel;
  failure?: string;
  /** There will be none either when it is tried again. */
  lasting?: boolean;
  /** It is not there yet, and being built. */
  building?: boolean;
}

export interface LoadedImage extends Found {
  retry(): void;
}

const keyOf = (source: ImageSource) => ('submission' in source ? source.submission : `${source.slug} ${source.kind}`);

/** Nothing while it is fetched. */
export function useImage(source: ImageSource | undefined): LoadedImage {
  const key = source && keyOf(source);
  const [loaded, setLoaded] = useState<Found & { key: string }>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (source === undefined || key === undefined) return;
    const stop = new AbortController();
    const { signal } = stop;
    const tell = (found: Found) => {
      if (!signal.aborted) setLoaded({ key, ...found });
    };
    const loading =
      'submission' in source
        ? loadImage(source.submission, signal)
        : loadCourseImage(source, { signal, onBuilding: () => tell({ building: true }) });
    loading.then(
      (model) => tell({ model }),
      (error: unknown) => {
        const { message, code } = error instanceof ApiFailure ? error : { message: strings.api.unreachable, code: '' };
        tell({ failure: message, lasting: code === 'unbuildable' });
      },
    );
    return () => stop.abort();
  }, [key, round]);
  const retry = () => {
    setLoaded(undefined);
    setRound((before) => before + 1);
  };
  return loaded !== undefined && loaded.key === key ? { ...loaded, retry } : { retry };
}
