import type { LabStage } from './compare.ts';

const hues = 8;

/** A stage's name beside its colour, on a line of its own. */
export function StageName({ stage }: { stage: LabStage | undefined }) {
  if (stage === undefined) return null;
  return (
    <span class="cache-lab-stage" data-stage={stage.index % hues}>
      {stage.name}
    </span>
  );
}
