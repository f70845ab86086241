import type { CatalogueView } from '../../../grader/contract/exercise.ts';
import { formatBytes, formatDuration } from '../../format/bytes.ts';
import { stageHues } from '../../stages/scan-stages.ts';
import type { GraphFacts, GraphStage, GraphStep } from './graph-facts.ts';
import type { Place } from './graph-layout.ts';
import { stepsShownMax } from './graph-limits.ts';
import { needsOf, runWords, stageLabel, graphStrings as words } from './graph-strings.ts';
import { baseBytes, imageOf } from './size-floor.ts';
import { StepMark } from './step-mark.tsx';
import { type StepRun, type StepRuns, stageRun } from './step-runs.ts';

/** Heights in rem, as in `stage-graph.css`: the layout has to know them before anything is drawn. */
const rowRem = 1.5;
const headRem = 1.75;
const sizeRem = 0.375;
const aroundRem = 0.75;
/** Less reads 0.0 s. */
const shownMsMin = 50;
export const imageBoxRem = rowRem + aroundRem;

export function boxHeight(stage: GraphStage, withSteps: boolean): number {
  const shown = Math.min(stage.steps.length, stepsShownMax);
  const more = stage.steps.length > shown ? 1 : 0;
  const size = stage.baseStage === undefined ? sizeRem : 0;
  return aroundRem + headRem + rowRem + size + (withSteps ? (shown + more) * rowRem : 0);
}

export const boxStyle = (place: Place | undefined) =>
  place && {
    left: `${place.x}px`,
    top: `${place.y}px`,
    width: `${place.width}px`,
    height: `${place.height}px`,
  };

interface Props {
  stage: GraphStage;
  facts: GraphFacts;
  runs: StepRuns;
  images: CatalogueView['images'];
  /** Bytes of the largest base: what the bars are drawn against. */
  largest: number;
  withSteps: boolean;
  place: Place | undefined;
  /** The cursor is in this stage, and perhaps on one of its steps. */
  current: { step: GraphStep | undefined } | undefined;
  now: number;
  goTo(line: number): void;
}

/** One stage: its name, its base to scale, its steps with what the build did with them. */
export function StageBox(props: Props) {
  const { stage, facts, runs, withSteps, place, current, now, goTo } = props;
  const run = stageRun(stage, runs);
  const tag = stage.final ? words.shipped : stage.reachable ? undefined : words.unused;
  const needs = needsOf(stage, facts);
  const row = (step: GraphStep) => (
    <StepRow {...{ step, now, goTo }} run={runs.get(step.key)} current={current?.step === step} stages={facts.stages} />
  );
  return (
    <li
      class="graph-box"
      style={boxStyle(place)}
      data-stage={stage.index % stageHues}
      data-unused={stage.reachable ? undefined : ''}
      data-final={stage.final ? '' : undefined}
      data-current={current ? '' : undefined}
      data-state={run?.state}
    >
      <button
        type="button"
        class="graph-name"
        aria-current={current ? 'true' : undefined}
        onClick={() => goTo(stage.line)}
      >
        <strong>{stageLabel(stage)}</strong>
        {tag && <span class="graph-tag">{tag}</span>}
        {run && run.durationMs >= shownMsMin && <span class="graph-time">{formatDuration(run.durationMs)}</span>}
        <span class="visually-hidden">
          , {words.line(stage.line)}
          {needs && `, ${needs}`}
          {!stage.reachable && `, ${words.unusedLong}`}
          {run && `, ${words.states[run.state]}, ${words.ofSteps(run.ended, run.steps)}`}
        </span>
      </button>
      <BaseRow {...props} run={runs.get(stage.from.key)} />
      {withSteps && (
        <ol class="graph-steps">
          {stage.steps.slice(0, stepsShownMax).map((step) => (
            <li key={step.key}>{row(step)}</li>
          ))}
          {stage.steps.length > stepsShownMax && (
            <li class="graph-more">{words.more(stage.steps.length - stepsShownMax)}</li>
          )}
        </ol>
      )}
    </li>
  );
}

/** What the stage begins from; an image has its size, drawn to one scale with the others. */
function BaseRow({ stage, images, largest, current, run, goTo }: Props & { run: StepRun | undefined }) {
  const { from, base, rootBase, baseStage } = stage;
  const bytes = baseStage === undefined ? baseBytes(rootBase, images) : undefined;
  const image = imageOf(rootBase, images);
  const size =
    baseStage !== undefined || (images.length === 0 && rootBase !== 'scratch')
      ? undefined
      : rootBase === 'scratch'
        ? words.sizes.scratch
        : bytes === undefined
          ? image
            ? words.sizes.notReady
            : words.sizes.unknown
          : formatBytes(bytes);
  return (
    <>
      <button
        type="button"
        class="graph-from"
        title={`FROM ${base}`}
        aria-current={current?.step === from ? 'true' : undefined}
        onClick={() => goTo(from.line)}
      >
        {run && <StepMark state={run.state} />}
        <code>FROM {base}</code>
        {size && <span class="graph-time">{size}</span>}
        <span class="visually-hidden">
          , {words.line(from.line)}
          {run && `, ${runWords(run.state, run.durationMs)}`}
        </span>
      </button>
      {baseStage === undefined && (
        <span class="graph-size" aria-hidden="true">
          {bytes !== undefined && bytes > 0 && <span style={{ width: `${(bytes / largest) * 100}%` }} />}
        </span>
      )}
    </>
  );
}

interface StepRowProps {
  step: GraphStep;
  run: StepRun | undefined;
  current: boolean;
  stages: GraphFacts['stages'];
  now: number;
  goTo(line: number): void;
}

function StepRow({ step, run, current, stages, now, goTo }: StepRowProps) {
  const { keyword, text, short, line, sources } = step;
  const ms = run && runningMs(run, now);
  const [source] = sources;
  const names = sources.flatMap((index) => (stages[index] ? stageLabel(stages[index]) : []));
  return (
    <button
      type="button"
      class="graph-step"
      title={`${keyword} ${text}`}
      data-state={run?.state}
      data-stage={source === undefined ? undefined : source % stageHues}
      data-source={source === undefined ? undefined : ''}
      aria-current={current ? 'true' : undefined}
      onClick={() => goTo(line)}
    >
      {run && <StepMark state={run.state} />}
      <code>
        {keyword} {short}
      </code>
      {ms !== undefined && ms >= shownMsMin && <span class="graph-time">{formatDuration(ms)}</span>}
      <span class="visually-hidden">
        , {words.line(line)}
        {names.length > 0 && `, from ${names.join(', ')}`}
        {run && `, ${words.states[run.state]}`}
      </span>
    </button>
  );
}

/** Clocks of server and browser differ a little: never less than nothing. */
function runningMs({ state, durationMs, startedAt }: StepRun, now: number): number {
  return state === 'running' && startedAt !== undefined ? Math.max(0, now - Date.parse(startedAt)) : durationMs;
}
