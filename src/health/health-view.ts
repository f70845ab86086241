/** What the header says about the grader, from the last answer to `GET /api/health`. */
import type { Health } from '../../grader/contract/exercise.ts';
import type { MarkKind } from '../components/mark.tsx';
import { strings } from '../strings.ts';

export type HealthAnswer = { kind: 'asking' } | { kind: 'unreachable' } | { kind: 'answered'; health: Health };

export interface HealthLine {
  mark: MarkKind;
  text: string;
}

export function healthLine(answer: HealthAnswer): HealthLine {
  if (answer.kind === 'asking') return { mark: 'waiting', text: strings.health.asking };
  if (answer.kind === 'unreachable') return { mark: 'warning', text: strings.health.unreachable };
  const { health } = answer;
  if (health.status !== 'reading' && health.weakIsolation?.length)
    return { mark: 'warning', text: strings.health.weakIsolation };
  switch (health.status) {
    case 'ready':
      return { mark: 'passed', text: strings.health.ready };
    case 'starting':
      return { mark: 'running', text: health.message };
    case 'reading':
      return { mark: 'skipped', text: strings.health.reading };
    case 'degraded':
      return { mark: 'warning', text: health.message || strings.health.degraded };
  }
}

/** How long to wait before asking again: often while something is being made, rarely when nothing will change. */
export function nextAskMs(answer: HealthAnswer): number {
  if (answer.kind === 'answered') {
    if (answer.health.status === 'starting') return 2_000;
    return answer.health.status === 'degraded' ? 10_000 : 60_000;
  }
  return 5_000;
}
