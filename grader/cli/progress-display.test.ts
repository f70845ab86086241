import { describe, expect, it } from 'vitest';
import { openProgressDisplay } from './progress-display.ts';

function sink(isTTY: boolean) {
  let text = '';
  const write = (chunk: string) => {
    text += chunk;
  };
  return { isTTY, columns: 40, write, text: () => text };
}

describe('the progress display', () => {
  it('appends one line per change of state where there is no terminal', () => {
    const output = sink(false);
    const display = openProgressDisplay(output);
    display.sink({ id: 'engine', title: 'Sandbox engine', state: 'waiting' });
    display.sink({ id: 'engine', title: 'Sandbox engine', state: 'running', detail: '10 %' });
    display.sink({ id: 'engine', title: 'Sandbox engine', state: 'running', detail: '20 %' });
    display.sink({ id: 'engine', title: 'Sandbox engine', state: 'ready' });
    expect(output.text()).toBe('… Sandbox engine: 10 %\n✓ Sandbox engine\n');
  });

  it('leaves finished tasks on a terminal once and cuts long lines to its width', () => {
    const output = sink(true);
    const display = openProgressDisplay(output);
    display.sink({ id: 'a', title: 'a', state: 'ready' });
    display.sink({ id: 'b', title: 'b'.repeat(100), state: 'running' });
    display.close();
    const lines = output.text().split('\n');
    expect(lines.filter((line) => line.includes('✓ a'))).toHaveLength(1);
    expect(lines.every((line) => line.length <= 60)).toBe(true);
  });
});
