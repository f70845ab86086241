import { findCount, findMeasured, provenanceOf, sizeIfMeasured } from './measurements.ts';

const files = import.meta.glob('/content/measurements.json', { eager: true, import: 'default' });
const file = files['/content/measurements.json'];

export const measured = (id: string) => findMeasured(id, file);
export const sizeOf = (id: string) => sizeIfMeasured(id, file);
export const measuredCount = (id: string, what: 'packages' | 'programs') => findCount(id, what, file);
export const provenance = () => provenanceOf(file);
