/**
 * Shows set-up progress on stderr: one line per task, redrawn in place on a terminal, appended where there is none.
 * stdout stays free for results (`--json`).
 */
import { styleText } from 'node:util';
import type { ProgressSink, ProgressTask } from '../progress.ts';

const marks: Record<ProgressTask['state'], string> = { waiting: '·', running: '…', ready: '✓', failed: '✗' };
/** Redraws at most this often; a download reports far more often than an eye can follow. */
const redrawIntervalMs = 100;

export interface ProgressDisplay {
  sink: ProgressSink;
  /** Prints a line above the live area. */
  say(text: string): void;
  /** Leaves the last state on the screen and stops redrawing. */
  close(): void;
}

interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

export function openProgressDisplay(output: Output = process.stderr): ProgressDisplay {
  return output.isTTY ? liveDisplay(output) : plainDisplay(output);
}

function lineOf(task: ProgressTask, columns: number): string {
  const text = `${marks[task.state]} ${task.title}${task.detail ? `: ${task.detail.split('\n')[0]}` : ''}`;
  return text.length > columns ? `${text.slice(0, columns - 1)}…` : text;
}

function plainDisplay(output: Output): ProgressDisplay {
  const last = new Map<string, string>();
  return {
    sink(task) {
      // Without a terminal every change of state is a line; mere details of a running task are not.
      const key = task.state === 'running' ? task.state : `${task.state}${task.detail ?? ''}`;
      if (last.get(task.id) === key || task.state === 'waiting') return;
      last.set(task.id, key);
      output.write(`${lineOf(task, 400)}\n`);
    },
    say: (text) => output.write(`${text}\n`),
    close() {},
  };
}

function liveDisplay(output: Output): ProgressDisplay {
  const tasks = new Map<string, ProgressTask>();
  const settled = new Set<string>();
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;

  const erase = () => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    timer = undefined;
    erase();
    const columns = output.columns ?? 80;
    const settle = (task: ProgressTask) => {
      settled.add(task.id);
      output.write(`${styleText(task.state === 'ready' ? 'green' : 'red', lineOf(task, columns))}\n`);
    };
    for (const task of tasks.values()) {
      const done = task.state === 'ready' || task.state === 'failed';
      if (!done) settled.delete(task.id);
      else if (!settled.has(task.id)) settle(task);
    }
    const running = [...tasks.values()].filter((task) => task.state === 'running');
    for (const task of running) output.write(`${lineOf(task, columns)}\n`);
    drawn = running.length;
    const waiting = [...tasks.values()].filter((task) => task.state === 'waiting').length;
    if (waiting > 0) {
      output.write(`${styleText('dim', `· ${waiting} more to come`)}\n`);
      drawn += 1;
    }
  };
  return {
    sink(task) {
      tasks.set(task.id, task);
      timer ??= setTimeout(draw, redrawIntervalMs).unref();
    },
    say(text) {
      erase();
      output.write(`${text}\n`);
      timer ??= setTimeout(draw, redrawIntervalMs).unref();
    },
    close() {
      clearTimeout(timer);
      draw();
      tasks.clear();
    },
  };
}
