import type { Rebuild, RebuildResult } from '../../../grader/contract/rebuild.ts';
import type { BuildReport, StageReport } from '../../../grader/contract/report.ts';
import { Mark } from '../../components/mark.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { formatDuration } from '../../format/bytes.ts';
import { type ComparedStep, compare, type LabStage, savedBy, stageOf } from './compare.ts';
import { StageName } from './stage-name.tsx';
import { strings } from './strings.ts';

interface Props {
  rebuild: Rebuild;
  /** The build that was graded. */
  first: BuildReport;
  stages: readonly StageReport[];
  onLine(line: number): void;
  onAgain(): void;
}

/** How a rebuild ended: what came true, what it took, and why each step did what it did. */
export function RebuildView({ rebuild, first, stages, onLine, onAgain }: Props) {
  const { result, state, message } = rebuild;
  return (
    <div class="cache-lab-result">
      <p>
        {strings.edited} <code>{rebuild.edit}</code>
      </p>
      {state === 'cancelled' && <p>{strings.cancelled}</p>}
      {state === 'finished' && result === undefined && (
        <p>
          {strings.fault} {message}
        </p>
      )}
      {result && !result.ok && (
        <>
          <p>{strings.failed}</p>
          {result.message && (
            <pre
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
              tabIndex={0}
            >
              {result.message}
            </pre>
          )}
        </>
      )}
      {result?.ok && <Outcome {...{ rebuild, result, first, stages, onLine }} />}
      <button type="button" class="button" data-main onClick={onAgain}>
        {strings.again}
      </button>
    </div>
  );
}

interface OutcomeProps extends Pick<Props, 'rebuild' | 'first' | 'stages' | 'onLine'> {
  result: RebuildResult;
}

function Outcome({ rebuild, result, first, stages, onLine }: OutcomeProps) {
  const { steps, right, predicted } = compare(rebuild.predicted, result.steps);
  const saved = savedBy(result, first.vertexes);
  return (
    <>
      <p class="cache-lab-sum" role="status">
        <strong>{right === predicted ? strings.allRight(predicted) : strings.someRight(right, predicted)}</strong>
      </p>
      <dl class="cache-lab-times">
        <div>
          <dt>{strings.took}</dt>
          <dd class="number">
            {formatDuration(result.durationMs)}, {strings.before} {formatDuration(first.durationMs)}
          </dd>
        </div>
        {saved.milliseconds > 0 && (
          <div>
            <dt>{strings.saved}</dt>
            <dd class="number">
              {saved.unknown > 0 && `${strings.atLeast} `}
              {formatDuration(saved.milliseconds)}
            </dd>
          </div>
        )}
      </dl>
      {saved.unknown > 0 && <p class="cache-lab-note">{strings.unknownSteps(saved.unknown)}</p>}
      <ol class="cache-lab-outcomes" aria-label={strings.table}>
        {steps.map((step) => (
          <OutcomeItem key={step.line} step={step} stage={stageOf(step.line, stages)} onLine={onLine} />
        ))}
      </ol>
    </>
  );
}

interface ItemProps {
  step: ComparedStep;
  stage: LabStage | undefined;
  onLine(line: number): void;
}

function OutcomeItem({ step, stage, onLine }: ItemProps) {
  const { line, text, did, because, says, right, durationMs } = step;
  return (
    <li>
      <StageName stage={stage} />
      <p class="cache-lab-step">
        {says !== undefined && <Mark kind={right ? 'passed' : 'failed'} />}
        <code>{text}</code>
        <button type="button" class="line-button number" onClick={() => onLine(line)}>
          {strings.line(line)}
        </button>
      </p>
      <dl>
        <div>
          <dt>{strings.columns.said}</dt>
          <dd>{says === undefined ? strings.nothing : strings.said[says]}</dd>
        </div>
        <div>
          <dt>{strings.columns.did}</dt>
          <dd>
            {strings.did[did]}
            {did === 'runs' && <span class="number">, {formatDuration(durationMs)}</span>}
          </dd>
        </div>
        <div>
          <dt>{strings.columns.why}</dt>
          <dd>
            <Sentence text={because} />
          </dd>
        </div>
      </dl>
    </li>
  );
}
