/** One line of the doctor's table. */
import { sentenceFor } from '../errors.ts';

export interface DoctorItem {
  /** Stable: `root`, `cgroups`, `isolation`. */
  id: string;
  title: string;
  /** `missing`: grading can't work like this. `warning`: it can, but not everything will, or not for long. */
  state: 'ok' | 'warning' | 'missing';
  found: string;
  /** The command or step that mends it; always there unless `ok`. */
  mend?: string;
}

/** An item whose examination failed says so instead of ending the doctor. */
export async function examined(
  { id, title }: Pick<DoctorItem, 'id' | 'title'>,
  examine: () => DoctorItem | Promise<DoctorItem>,
): Promise<DoctorItem> {
  try {
    return await examine();
  } catch (error) {
    const mend = 'Mend that first; then run the doctor again.';
    return { id, title, state: 'warning', found: `It could not be examined: ${sentenceFor(error)}`, mend };
  }
}
