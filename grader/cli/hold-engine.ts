import { openGrader } from '../open-grader.ts';
import type { Settings } from '../settings.ts';
import { openProgressDisplay } from './progress-display.ts';

/** Opens the tests' engine with every image and package, and keeps it until the returned function is called. */
export async function holdTestEngine(settings: Settings): Promise<() => Promise<void>> {
  const display = openProgressDisplay();
  const grader = await openGrader({ settings, signal: new AbortController().signal, progress: display.sink });
  try {
    await grader.filled;
    await grader.isolated;
  } catch (error) {
    await grader.close();
    throw error;
  } finally {
    display.close();
  }
  return () => grader.close();
}
