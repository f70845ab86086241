import { createContext } from 'preact';

/** Sizes of an exercise's images as they were measured for the course; undefined where they were not. */
export interface MeasuredSizes {
  starterBytes?: number | undefined;
  solutionBytes?: number | undefined;
}

/** Given by the page, which was made with the measurements; read wherever sizes are drawn. */
export const MeasuredSizesContext = createContext<MeasuredSizes & { exercise: string }>({ exercise: '' });
