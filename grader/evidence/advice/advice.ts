/**
 * What a Dockerfile of the user's own could do better, for `inspect`: no exercise, no verdict, only what the evidence
 * shows. Each rule is a pure function; adding one is one line in `RULES`.
 */
import type { Evidence } from '../evidence.ts';
import { commandFormAdvice, processOneAdvice } from './command-advice.ts';
import { compilerAdvice, developmentPackagesAdvice, rootAdvice, shellAdvice } from './image-advice.ts';
import { biggestLayerAdvice, hiddenBytesAdvice } from './layer-advice.ts';
import { cacheOrderAdvice, contextAdvice, latestAdvice, secretNamesAdvice } from './text-advice.ts';

export interface Advice {
  message: string;
  line?: number;
}

export interface InspectedProject extends Pick<Evidence, 'dockerfile' | 'build' | 'image'> {
  hasDockerignore: boolean;
}

type Rule = (project: InspectedProject) => Advice[];

/** The most useful first. */
const RULES: Rule[] = [
  secretNamesAdvice,
  rootAdvice,
  biggestLayerAdvice,
  hiddenBytesAdvice,
  developmentPackagesAdvice,
  compilerAdvice,
  cacheOrderAdvice,
  contextAdvice,
  commandFormAdvice,
  processOneAdvice,
  shellAdvice,
  latestAdvice,
];

export function adviceFor(project: InspectedProject): Advice[] {
  return RULES.flatMap((rule) => rule(project));
}
