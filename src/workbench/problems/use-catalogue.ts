import { useEffect, useState } from 'preact/hooks';
import { getCatalogue } from '../../api/client.ts';
import type { ImageName } from '../../dockerfile/problem.ts';

/** The base images that a FROM may name; empty until they are known, and where there is no grader. */
export function useCatalogue(): readonly ImageName[] {
  const [images, setImages] = useState<readonly ImageName[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    getCatalogue({ signal: stop.signal }).then(
      (catalogue) =>
        setImages(
          catalogue.images.map(({ name, aliases, summary, sizeBytes }) => ({ name, aliases, summary, sizeBytes })),
        ),
      // Without it no image is called unknown and none is offered; building goes on.
      () => {},
    );
    return () => stop.abort();
  }, []);
  return images;
}
