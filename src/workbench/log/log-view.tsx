import { memo } from 'preact/compat';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../../grader/contract/submission.ts';
import { hueOfStage, type ScannedStage } from '../../stages/scan-stages.ts';
import { strings } from '../../strings.ts';
import { chunkLinesMax, type LogBuffer, logText, plainText } from './log-buffer.ts';

interface Props {
  log: LogBuffer;
  stages: readonly ScannedStage[];
  /** Name of the downloaded file. */
  fileName: string;
}

/** The build log as it is written: follows its end until the reader scrolls up, and again when they come back. */
export function LogView({ log, stages, fileName }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const lastTop = useRef(0);
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const scrolled = () => {
    const view = box.current;
    if (!view) return;
    // Only a reader scrolls up; lines that arrive or are measured later just make the log longer.
    if (view.scrollHeight - view.scrollTop - view.clientHeight < 24) setFollowing(true);
    else if (view.scrollTop < lastTop.current - 2) setFollowing(false);
    lastTop.current = view.scrollTop;
  };
  return (
    <div class="log-room">
      <div
        class="log"
        role="log"
        aria-label={strings.log.label}
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        ref={box}
        onScroll={scrolled}
      >
        {log.count === 0 && <p class="log-empty">{strings.log.empty}</p>}
        {log.dropped > 0 && <p class="log-empty">{strings.log.dropped(log.dropped)}</p>}
        {log.chunks.map((chunk, index) => (
          <Chunk key={log.dropped + index * chunkLinesMax} lines={chunk} stages={stages} />
        ))}
      </div>
      <div class="log-foot">
        <span class="number">{strings.log.lines(log.count)}</span>
        <button
          type="button"
          class="button"
          data-quiet
          disabled={log.count === 0}
          onClick={() => download(log, fileName)}
        >
          {strings.log.download}
        </button>
        <button type="button" class="button" data-quiet disabled={following} onClick={() => setFollowing(true)}>
          {strings.log.follow}
        </button>
      </div>
    </div>
  );
}

const Chunk = memo(function Chunk({ lines, stages }: { lines: readonly LogLine[]; stages: readonly ScannedStage[] }) {
  return (
    <div class="log-chunk">
      {lines.map((line, index) => (
        <div key={index} class="log-line" data-stream={line.stream} data-stage={hueOfStage(line.stage, stages)}>
          {line.stage && <span class="log-stage">{stageLabel(line.stage)}</span>}
          <span class="log-text">{plainText(line.text) || '\u00a0'}</span>
        </div>
      ))}
    </div>
  );
});

/** A stage without a name is called by its number. */
const stageLabel = (stage: string) => (/^\d+$/.test(stage) ? strings.log.stage(stage) : stage);

function download(log: LogBuffer, fileName: string): void {
  const address = URL.createObjectURL(new Blob([logText(log)], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
