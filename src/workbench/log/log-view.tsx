import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ScannedStage } from '../../stages/scan-stages.ts';
import { strings } from '../../strings.ts';
import { chunkLinesMax, type LogBuffer, logText } from './log-buffer.ts';
import { LogChunk } from './log-chunk.tsx';
import { LogFind } from './log-find.tsx';
import { searchLog } from './log-search.ts';
import './log.css';

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
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const lastTop = useRef(0);
  const matches = useMemo(() => searchLog(log, text), [log, text]);
  const at = Math.min(chosen, Math.max(0, matches.length - 1));
  const match = matches[at];
  useLayoutEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  useLayoutEffect(() => {
    box.current?.querySelector('[data-found]')?.scrollIntoView({ block: 'center' });
  }, [match?.chunk, match?.line, text]);
  const scrolled = () => {
    const view = box.current;
    if (!view) return;
    // Only a reader scrolls up; lines that arrive or are measured later just make the log longer.
    if (view.scrollHeight - view.scrollTop - view.clientHeight < 24) setFollowing(true);
    else if (view.scrollTop < lastTop.current - 2) setFollowing(false);
    lastTop.current = view.scrollTop;
  };
  const find = (wanted: string) => {
    setText(wanted);
    setChosen(0);
    if (wanted !== '') setFollowing(false);
  };
  const step = (by: 1 | -1) => {
    setFollowing(false);
    if (matches.length > 0) setChosen((at + by + matches.length) % matches.length);
  };
  return (
    <div class="log-room">
      <LogFind text={text} at={at} count={matches.length} disabled={log.count === 0} onText={find} onStep={step} />
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
          <LogChunk
            key={log.dropped + index * chunkLinesMax}
            lines={chunk}
            stages={stages}
            text={text}
            found={match?.chunk === index ? match.line : undefined}
            last={index === log.chunks.length - 1}
          />
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

function download(log: LogBuffer, fileName: string): void {
  const address = URL.createObjectURL(new Blob([logText(log)], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
