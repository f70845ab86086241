import { memo } from 'preact/compat';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../../grader/contract/submission.ts';
import { hueOfStage, type ScannedStage } from '../../stages/scan-stages.ts';
import { strings } from '../../strings.ts';
import { plainText } from './log-buffer.ts';
import { splitAt } from './log-search.ts';

/** One observer per log: a long one has thousands of chunks. */
const watches = new WeakMap<Element, { observer: IntersectionObserver; told: Map<Element, (near: boolean) => void> }>();

/** Tells when a chunk comes near what is on screen, and when it leaves. Returns how to stop. */
function watchNear(chunk: Element, tell: (near: boolean) => void): () => void {
  const root = chunk.closest('.log');
  if (!root) return () => {};
  let watch = watches.get(root);
  if (!watch) {
    const told = new Map<Element, (near: boolean) => void>();
    const hear = (entries: IntersectionObserverEntry[]) => {
      for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting);
    };
    watch = { observer: new IntersectionObserver(hear, { root, rootMargin: '800px 0px' }), told };
    watches.set(root, watch);
  }
  const { observer, told } = watch;
  told.set(chunk, tell);
  observer.observe(chunk);
  return () => {
    told.delete(chunk);
    observer.unobserve(chunk);
  };
}

interface Props {
  lines: readonly LogLine[];
  stages: readonly ScannedStage[];
  /** What is looked for; empty for nothing. */
  text: string;
  /** The line of this chunk that the reader was led to. */
  found: number | undefined;
  /** New lines arrive here. */
  last: boolean;
}

/**
 * Some lines of a log. Far from what is on screen they are one piece of text, which the browser's own search finds and a
 * hundred thousand lines of which cost little; near it, each has its stage and its marks.
 */
export const LogChunk = memo(
  function LogChunk({ lines, stages, text, found, last }: Props) {
    const element = useRef<HTMLDivElement>(null);
    const [near, setNear] = useState(false);
    useEffect(() => (element.current ? watchNear(element.current, setNear) : undefined), []);
    const drawn = near || last || found !== undefined;
    return (
      <div class="log-chunk" ref={element} data-plain={!drawn} style={`--lines: ${lines.length}`}>
        {drawn
          ? lines.map((line, index) => (
              <Line key={index} line={line} stages={stages} text={text} found={index === found} />
            ))
          : lines.map((line) => plainText(line.text)).join('\n')}
      </div>
    );
  },
  // A chunk whose text is one piece does not care for what is looked for; it is drawn anew when it comes near.
  (before, after) =>
    before.lines === after.lines &&
    before.stages === after.stages &&
    before.text === after.text &&
    before.found === after.found &&
    before.last === after.last,
);

function Line({ line, stages, text, found }: Pick<Props, 'stages' | 'text'> & { line: LogLine; found: boolean }) {
  const shown = plainText(line.text) || '\u00a0';
  return (
    <div
      class="log-line"
      data-stream={line.stream}
      data-stage={hueOfStage(line.stage, stages)}
      data-found={found ? '' : undefined}
    >
      {line.stage && <span class="log-stage">{stageLabel(line.stage)}</span>}
      <span class="log-text">
        {text === ''
          ? shown
          : splitAt(shown, text).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}
      </span>
    </div>
  );
}

/** A stage without a name is called by its number. */
const stageLabel = (stage: string) => (/^\d+$/.test(stage) ? strings.log.stage(stage) : stage);
