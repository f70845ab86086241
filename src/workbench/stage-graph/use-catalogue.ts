import { useEffect, useState } from 'preact/hooks';
import type { CatalogueView } from '../../../grader/contract/exercise.ts';
import { getCatalogue } from '../../api/client.ts';

/** How often to ask again while images are still being made: their sizes come with them. */
const notReadyMs = 10_000;

/** The base images of the server with their sizes; empty until it has answered, and where it never does. */
export function useCatalogue(): CatalogueView['images'] {
  const [images, setImages] = useState<CatalogueView['images']>([]);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const catalogue = await getCatalogue({ signal: stop.signal });
        setImages(catalogue.images);
        if (catalogue.images.every(({ state }) => state === 'ready' || state === 'failed')) return;
      } catch {
        // The graph is drawn without sizes, and asks again.
      }
      if (!stop.signal.aborted) timer = setTimeout(ask, notReadyMs);
    };
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, []);
  return images;
}
