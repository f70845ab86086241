import { useMemo, useRef, useState } from 'preact/hooks';
import { Sentence } from '../../components/sentence.tsx';
import { readDockerfile } from '../../dockerfile/read-dockerfile.ts';
import type { EditedFile } from '../line-marks.ts';
import { isOver, type SubmissionView } from '../submission/submission-state.ts';
import { GraphEdges } from './graph-edges.tsx';
import { type GraphFacts, graphFacts, stageOfLine, stepOfLine, type Unreadable } from './graph-facts.ts';
import { layoutGraph } from './graph-layout.ts';
import { GraphLegend } from './graph-legend.tsx';
import { floorSentence, graphSentence, graphStrings as words } from './graph-strings.ts';
import { ImageBox } from './image-box.tsx';
import { imageOf, sizeFloor } from './size-floor.ts';
import { boxHeight, imageBoxRem, StageBox } from './stage-box.tsx';
import { type StepRuns, stepRuns } from './step-runs.ts';
import { useCatalogue } from './use-catalogue.ts';
import { useNow } from './use-now.ts';
import { useReadable } from './use-readable.ts';
import { type Room, useWidth } from './use-width.ts';
import '../drawn.css';
import './stage-graph.css';

export interface GraphPanelProps {
  /** Slug, to remember the last text that could be read. */
  exercise: string;
  /** What stands in the editor. */
  text: string;
  starter: string;
  /** Line of the Dockerfile that the cursor is on. */
  cursorLine: number | undefined;
  view: SubmissionView | undefined;
  /** The text is no longer the one that was built. */
  edited: boolean;
  onLine(file: EditedFile, line: number): void;
}

/** In rem; the narrowest still shows an instruction and where it copies from. */
const boxWidth = { max: 19, min: 9.5 } as const;

/** The stages of what stands in the editor, who needs whom, and what the last build did with every step. */
export function GraphPanel(props: GraphPanelProps) {
  const { exercise, text, starter, cursorLine, view, edited } = props;
  const { model, stale } = useReadable(exercise, text, [view?.dockerfile, starter]);
  const images = useCatalogue();
  const facts = useMemo(() => graphFacts(model), [model]);
  const runs = useRuns(view);
  const [withSteps, setWithSteps] = useState(true);
  const goTo = (line: number) => props.onLine('Dockerfile', line);
  // A line of a text that can't be read says nothing about the graph of another.
  const at = stale || cursorLine === undefined ? undefined : stageOfLine(facts.stages, cursorLine);
  const current = { stage: at, step: cursorLine === undefined ? undefined : stepOfLine(at, cursorLine) };
  return (
    <div class="drawn graph">
      <div class="graph-head">
        <p class="graph-floor">
          <Sentence text={floorSentence(sizeFloor(facts, images))} />
        </p>
        <label class="graph-switch">
          <input type="checkbox" checked={withSteps} onChange={(event) => setWithSteps(event.currentTarget.checked)} />
          {words.steps}
        </label>
      </div>
      {/* Always there, so that it is read out when it fills. */}
      <div role="status">{stale && <StaleNote stale={stale} goTo={goTo} />}</div>
      {edited && runs.size > 0 && <p class="graph-note">{words.edited}</p>}
      {facts.stages.length === 0 ? (
        <p class="graph-note">{words.empty}</p>
      ) : (
        <Drawing {...{ facts, runs, images, withSteps, current, goTo }} />
      )}
      <GraphLegend facts={facts} runs={runs} />
    </div>
  );
}

function StaleNote({ stale, goTo }: { stale: Unreadable; goTo(line: number): void }) {
  return (
    <p class="graph-note graph-stale">
      <span>
        <button type="button" class="line-button" onClick={() => goTo(stale.line)}>
          Line {stale.line}
        </button>
        {words.staleNote(words.stale[stale.what])}
      </span>
    </p>
  );
}

interface DrawingProps {
  facts: GraphFacts;
  runs: StepRuns;
  images: ReturnType<typeof useCatalogue>;
  withSteps: boolean;
  current: { stage: ReturnType<typeof stageOfLine>; step: ReturnType<typeof stepOfLine> };
  goTo(line: number): void;
}

function Drawing({ facts, runs, images, withSteps, current, goTo }: DrawingProps) {
  const box = useRef<HTMLDivElement>(null);
  const room = useWidth(box);
  const shown = useMemo(() => (room ? layoutOf(facts, room, withSteps) : undefined), [facts, room, withSteps]);
  const now = useNow([...runs.values()].some(({ state }) => state === 'running'));
  const largest = Math.max(1, ...facts.stages.map(({ rootBase }) => imageOf(rootBase, images)?.sizeBytes ?? 0));
  return (
    // What scrolls must be reachable by keyboard.
    <div class="graph-scroll" ref={box} tabIndex={shown && room && shown.width > room.width ? 0 : undefined}>
      {shown && (
        <div class="graph-drawing" style={{ width: `${shown.width}px`, height: `${shown.height}px` }}>
          <GraphEdges edges={facts.edges} layout={shown} label={graphSentence(facts)} />
          <ol class="graph-boxes">
            {facts.stages.map((stage) => (
              <StageBox
                key={stage.id}
                {...{ stage, facts, runs, images, largest, withSteps, now, goTo }}
                place={shown.nodes.get(stage.id)}
                current={current.stage === stage ? { step: current.step } : undefined}
              />
            ))}
            {facts.images.map((image) => (
              <ImageBox key={image.id} {...{ image, images, goTo }} place={shown.nodes.get(image.id)} />
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

function layoutOf(facts: GraphFacts, { width, rem }: Room, withSteps: boolean) {
  const nodes = [
    ...facts.stages.map((stage) => ({ id: stage.id, height: boxHeight(stage, withSteps) * rem })),
    ...facts.images.map(({ id }) => ({ id, height: imageBoxRem * rem })),
  ];
  return layoutGraph(nodes, facts.edges, {
    width,
    boxWidthMax: Math.min(boxWidth.max * rem, width - 8),
    boxWidthMin: boxWidth.min * rem,
  });
}

function useRuns(view: SubmissionView | undefined): StepRuns {
  const built = useMemo(() => readDockerfile(view?.dockerfile ?? ''), [view?.dockerfile]);
  const vertexes = view?.vertexes;
  const over = view === undefined || isOver(view.state);
  return useMemo(
    () => (vertexes && (vertexes.length > 0 || !over) ? stepRuns({ vertexes, built, over }) : new Map()),
    [vertexes, built, over],
  );
}
