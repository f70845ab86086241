import { describe, expect, it } from 'vitest';
import { healthCommand } from './health-check.ts';

describe('healthCommand', () => {
  it('is the array as it stands, or the line in the shell that is in force', () => {
    expect(healthCommand({ healthcheck: ['CMD', '/health', '-q'] })).toEqual(['/health', '-q']);
    expect(healthCommand({ healthcheck: ['CMD-SHELL', 'a || exit 1'] })).toEqual(['/bin/sh', '-c', 'a || exit 1']);
    expect(healthCommand({ healthcheck: ['CMD-SHELL', 'a'], shell: ['/bin/bash', '-ec'] })).toEqual([
      '/bin/bash',
      '-ec',
      'a',
    ]);
  });

  it('is nothing where there is no health check', () => {
    for (const healthcheck of [undefined, [], ['NONE'], ['CMD'], ['OTHER', 'x']]) {
      expect(healthCommand({ healthcheck })).toBeUndefined();
    }
  });
});
