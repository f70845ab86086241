import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

export interface Room {
  /** Of the element's content, in px. */
  width: number;
  /** What 1 rem is, in px: readers choose it. */
  rem: number;
}

/** How wide an element is now; undefined until it is on the page. */
export function useWidth(element: RefObject<HTMLElement>): Room | undefined {
  const [room, setRoom] = useState<Room>();
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    const read = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      const width = box.clientWidth;
      if (width > 0) setRoom((before) => (before?.width === width && before.rem === rem ? before : { width, rem }));
    };
    read();
    const watch = new ResizeObserver(read);
    watch.observe(box);
    return () => watch.disconnect();
  }, [element]);
  return room;
}
