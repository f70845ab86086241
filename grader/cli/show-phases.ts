import type { SubmissionEvent } from '../contract/submission.ts';
import type { ProgressSink } from '../progress.ts';

const words = {
  admit: 'reading the Dockerfile',
  prepare: 'waiting for base images, packages and a slot',
  build: 'building',
  evidence: 'looking at what was built',
  judge: 'judging',
} as const;

/** Shows the way of one submission as one line of progress: the phase, and while building the step under way. */
export function showPhases(title: string, progress: ProgressSink): (event: SubmissionEvent) => void {
  const task = { id: `grade ${title}`, title, state: 'running' } as const;
  return (event) => {
    if (event.type === 'phase') progress({ ...task, detail: event.detail ?? words[event.phase] });
    if (event.type === 'vertex' && event.status === 'running') progress({ ...task, detail: event.vertex.name });
    if (event.type === 'check' || event.type === 'finished') progress({ ...task, state: 'ready' });
  };
}
