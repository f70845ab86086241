/**
 * The build log as the exercise page shows it, and 5 MB to feed it with. No page of the site has it: `npm run bench -- site`
 * opens it in a browser (`grader/bench/log-frames.ts`).
 */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { scanStages } from '../../stages/scan-stages.ts';
import '../../styles/base.css';
import '../../styles/site.css';
import { appendLines, emptyLog, type LogBuffer } from './log-buffer.ts';
import { LogView } from './log-view.tsx';
import '../workbench.css';
import type { LogLine } from '../../../grader/contract/submission.ts';
import { limits } from '../../../grader/limits.ts';

const linesPerFrame = 500;
const scrolledFrames = 120;
const { stages } = scanStages('FROM node:20 AS build\nRUN npm ci\nFROM node:20-slim\n');

declare global {
  interface Window {
    /** Milliseconds of each frame. */
    benchLog: { lines: number; bytes: number; arriving: number[]; scrolled: number[] } | undefined;
  }
}

/** What npm and a compiler say, as long as the longest log that is kept. */
function someLines(): LogLine[] {
  const lines: LogLine[] = [];
  for (let bytes = 0; bytes < limits.build.logBytesMax; ) {
    const at = lines.length;
    const text = `npm http fetch GET 200 package-${at % 997}/-/package-${at % 997}-1.${at % 13}.0.tgz ${at % 450}ms ${'(cache hit) '.repeat(at % 4)}`;
    bytes += text.length + 1;
    lines.push({ text, stream: at % 5 === 0 ? 'stderr' : 'stdout', stage: 'build' });
  }
  return lines;
}

const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

async function timeFrames(count: number, work: (at: number) => void): Promise<number[]> {
  const times: number[] = [];
  let before = await frame();
  for (let at = 0; at < count; at += 1) {
    work(at);
    const now = await frame();
    times.push(now - before);
    before = now;
  }
  return times;
}

let setLog: (change: (log: LogBuffer) => LogBuffer) => void;

function Log() {
  const [log, set] = useState(emptyLog);
  setLog = set;
  return <LogView log={log} stages={stages} fileName="bench.log" />;
}

async function measure(): Promise<void> {
  const all = someLines();
  const arriving = await timeFrames(Math.ceil(all.length / linesPerFrame), (at) =>
    setLog((log) => appendLines(log, all.slice(at * linesPerFrame, (at + 1) * linesPerFrame))),
  );
  const box = document.querySelector('.log') as HTMLElement;
  const scrolled = await timeFrames(scrolledFrames, (at) => {
    box.scrollTop = box.scrollHeight * (1 - (at + 1) / scrolledFrames);
  });
  const bytes = all.reduce((sum, { text }) => sum + text.length + 1, 0);
  window.benchLog = { lines: all.length, bytes, arriving, scrolled };
}

const room = document.createElement('div');
room.style.height = '600px';
document.body.append(room);
render(<Log />, room);
void measure();
